-- The record of the past is read of one market: what is another's is not even passed.
CREATE INDEX position_sample_of_market ON position_sample (market_id, at);
CREATE INDEX fact_of_arrival ON fact (market_id, type, at) INCLUDE (job_id)
  WHERE type IN ('job.arrived_at_pickup', 'job.arrived_at_dropoff');
