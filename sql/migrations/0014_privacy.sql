-- Privacy: what is known of people goes after its time, or when they ask; what has happened stays.

-- Since when the personal data of a job's stops, or of a courier, is gone.
ALTER TABLE job ADD COLUMN erased_at timestamptz;
ALTER TABLE courier ADD COLUMN erased_at timestamptz;
CREATE INDEX job_to_erase ON job (market_id, ended_at) WHERE ended_at IS NOT NULL AND erased_at IS NULL;

-- A place as it is kept for good: about where it was (1 km), and not whose.
CREATE FUNCTION erased_place(place jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT place
      || jsonb_build_object(
           'lat_deg', round((place ->> 'lat_deg')::numeric, 2), 'lng_deg', round((place ->> 'lng_deg')::numeric, 2))
      || CASE WHEN place ? 'address' THEN '{"address": "erased"}'::jsonb ELSE '{}'::jsonb END
      || CASE WHEN place ? 'contact' THEN '{"contact": null, "instructions": null}'::jsonb ELSE '{}'::jsonb END
$$;
