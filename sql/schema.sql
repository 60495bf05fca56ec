-- Written by `python3 dev.py schema` from sql/migrations; not by hand.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE TYPE public.account_status AS ENUM (
    'pending_review',
    'active',
    'suspended',
    'deactivated'
);
CREATE TYPE public.actor AS ENUM (
    'merchant',
    'courier',
    'ops',
    'system'
);
CREATE TYPE public.adjustment_reason AS ENUM (
    'canceled_late',
    'damaged',
    'goodwill',
    'late',
    'lost',
    'mispriced',
    'returned',
    'waited'
);
CREATE TYPE public.attempt_outcome AS ENUM (
    'delivered',
    'refused',
    'redirected',
    'gone',
    'timed_out',
    'unreachable',
    'insecure',
    'forbidden_address',
    'malformed',
    'internal'
);
CREATE TYPE public.bundle_status AS ENUM (
    'offered',
    'active',
    'completed',
    'dissolved'
);
CREATE TYPE public.courier_status AS ENUM (
    'offline',
    'online',
    'paused',
    'busy',
    'ending'
);
CREATE TYPE public.credential_kind AS ENUM (
    'key',
    'device',
    'console'
);
CREATE TYPE public.delivery_status AS ENUM (
    'pending',
    'delivered',
    'dead'
);
CREATE TYPE public.disabled_reason AS ENUM (
    'merchant',
    'gone',
    'failing',
    'deleted'
);
CREATE TYPE public.exception_kind AS ENUM (
    'attempt_failed',
    'courier_silent',
    'no_courier',
    'webhook_disabled',
    'courier_moving_away',
    'courier_not_moving',
    'index_drift',
    'late_risk',
    'no_courier_near',
    'pickup_wait',
    'webhook_failing',
    'proof_attempts_exhausted',
    'fact_untold',
    'matching_fault',
    'position_doubtful'
);
CREATE TYPE public.hold_reason AS ENUM (
    'authority',
    'claim',
    'dispute',
    'insurance'
);
CREATE TYPE public.job_status AS ENUM (
    'scheduled',
    'open',
    'assigned',
    'enroute_to_pickup',
    'arrived_at_pickup',
    'picked_up',
    'enroute_to_dropoff',
    'arrived_at_dropoff',
    'delivered',
    'undeliverable',
    'enroute_to_return',
    'arrived_at_return',
    'returned',
    'canceled',
    'expired',
    'failed'
);
CREATE TYPE public.offer_mode AS ENUM (
    'exclusive',
    'round',
    'board',
    'direct'
);
CREATE TYPE public.offer_status AS ENUM (
    'pending',
    'seen',
    'accepted',
    'declined',
    'expired',
    'revoked',
    'unreachable'
);
CREATE TYPE public.operator_role AS ENUM (
    'viewer',
    'dispatcher',
    'finance',
    'admin'
);
CREATE TYPE public.outcome AS ENUM (
    'offered',
    'held',
    'no_candidate',
    'all_removed',
    'taken',
    'not_yet'
);
CREATE TYPE public.proof_kind AS ENUM (
    'code',
    'photo',
    'signature'
);
CREATE TYPE public.proposal_kind AS ENUM (
    'adjustment',
    'role_change'
);
CREATE TYPE public.rating_tag AS ENUM (
    'on_time',
    'friendly',
    'careful',
    'followed_instructions',
    'late',
    'unfriendly',
    'damaged',
    'ignored_instructions'
);
CREATE TYPE public.reason_code AS ENUM (
    'address_error',
    'package_damaged',
    'customer_cancellation_requested',
    'wrong_transport_type',
    'recipient_unreachable',
    'recipient_refused',
    'pickup_closed',
    'package_not_ready',
    'no_supply',
    'technical_issue',
    'duplicate_job',
    'courier_issue',
    'incorrect_package',
    'courier_no_progress',
    'failed_to_return'
);
CREATE TYPE public.requirement AS ENUM (
    'age_restricted',
    'cold_bag',
    'fragile',
    'two_person',
    'upright'
);
CREATE TYPE public.severity AS ENUM (
    'info',
    'warning',
    'critical'
);
CREATE TYPE public.signing AS ENUM (
    'hmac',
    'ed25519'
);
CREATE TYPE public.size_class AS ENUM (
    'small',
    'medium',
    'large',
    'xlarge'
);
CREATE TYPE public.stop_kind AS ENUM (
    'pickup',
    'dropoff',
    'return'
);
CREATE TYPE public.stop_status AS ENUM (
    'pending',
    'enroute',
    'arrived',
    'completed',
    'failed',
    'skipped'
);
CREATE TYPE public.suspension_reason AS ENUM (
    'conduct',
    'courier_request',
    'document_expired',
    'parcel_missing',
    'safety',
    'under_review'
);
CREATE TYPE public.transfer_kind AS ENUM (
    'charge',
    'pay',
    'extra_charge',
    'refund',
    'extra_pay',
    'deduction'
);
CREATE TYPE public.vehicle AS ENUM (
    'foot',
    'bike',
    'scooter',
    'car',
    'van'
);
CREATE TYPE public.waiver_reason AS ENUM (
    'code_unknown',
    'device_broken',
    'recipient_unable',
    'shown_otherwise'
);
CREATE FUNCTION public.admit_merchants() RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  readable text;
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hexhaul_merchant') THEN
      CREATE ROLE hexhaul_merchant NOLOGIN;
    END IF;
    GRANT hexhaul_merchant TO CURRENT_USER;
  EXCEPTION WHEN insufficient_privilege OR undefined_object OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role hexhaul_merchant is not to be had: %', SQLERRM;
  END;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hexhaul_merchant') THEN
    SELECT string_agg(c.oid::regclass::text, ', ') INTO readable
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace
       AND (EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_rows')
            OR c.relkind = 'v' AND 'security_invoker=true' = ANY (c.reloptions));
    EXECUTE 'GRANT SELECT ON ' || readable || ' TO hexhaul_merchant';
  END IF;
END
$$;
CREATE FUNCTION public.agreed_pay_cents(of_offer_id uuid, of_job_id uuid) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(sum((leg ->> 'pay_cents')::bigint), 0)::bigint
    FROM offer CROSS JOIN jsonb_array_elements(legs) AS leg
   WHERE id = of_offer_id AND (leg ->> 'job_id')::uuid = of_job_id
$$;
CREATE FUNCTION public.can_act_as_merchant() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce((
    SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
           AND has_table_privilege(oid, 'job', 'SELECT')
      FROM pg_roles WHERE rolname = 'hexhaul_merchant'), false)
$$;
CREATE FUNCTION public.erased_place(place jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT place
      || jsonb_build_object(
           'lat_deg', round((place ->> 'lat_deg')::numeric, 2), 'lng_deg', round((place ->> 'lng_deg')::numeric, 2))
      || CASE WHEN place ? 'address' THEN '{"address": "erased"}'::jsonb ELSE '{}'::jsonb END
      || CASE WHEN place ? 'contact' THEN '{"contact": null, "instructions": null}'::jsonb ELSE '{}'::jsonb END
$$;
CREATE FUNCTION public.is_merchant() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT current_user = 'hexhaul_merchant' $$;
CREATE FUNCTION public.market_now() RETURNS timestamp with time zone
    LANGUAGE sql PARALLEL SAFE
    AS $$
  SELECT anchor_market_at + (clock_timestamp() - anchor_real_at) * time_scale FROM deployment
$$;
CREATE FUNCTION public.own_merchant_id() RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
  SELECT nullif(current_setting('app.merchant_id', true), '')::uuid
$$;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION public.refuse_change_but_blanking() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF OLD.blanked_at IS NULL AND NEW.blanked_at BETWEEN OLD.at AND clock_timestamp()
     AND starts_with(OLD.action, 'look_at_') AND OLD.content_sha256 IS NOT NULL
     AND OLD.at < clock_timestamp() - interval '30 days' THEN
    OLD.principal_id := NULL;
    OLD.credential_id := NULL;
    OLD.subject := 'look:blanked';
    OLD.before := '{}';
    OLD.after := '{}';
    OLD.reason := NULL;
    OLD.request_id := NULL;
    OLD.client_address := NULL;
    OLD.blanked_at := NEW.blanked_at;
    IF NEW IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION public.refuse_change_but_of_place() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  OLD.lat_deg := NULL;
  OLD.lng_deg := NULL;
  OLD.accuracy_m := NULL;
  IF NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE FUNCTION public.refuse_row_of_another() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND OLD.merchant_id IS DISTINCT FROM own_merchant_id())
    OR (TG_OP <> 'DELETE' AND NEW.merchant_id IS DISTINCT FROM own_merchant_id()) THEN
    RAISE EXCEPTION 'a row of another merchant in %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN coalesce(NEW, OLD);
END
$$;
CREATE FUNCTION public.refuse_row_of_another_merchant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'a row of another merchant in %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TABLE public.assignment (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    courier_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT assignment_check CHECK (((ended_at IS NULL) OR (ended_at >= started_at)))
);
CREATE TABLE public.audit_entry (
    market_id text NOT NULL,
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor public.actor NOT NULL,
    principal_id uuid,
    credential_id text,
    action text NOT NULL,
    subject text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    reason text,
    request_id text,
    client_address text,
    previous_sha256 text NOT NULL,
    sha256 text NOT NULL,
    content_sha256 text,
    blanked_at timestamp with time zone,
    CONSTRAINT audit_entry_action_check CHECK ((action ~ '^[a-z_]{1,64}$'::text)),
    CONSTRAINT audit_entry_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_entry_number_check CHECK ((number > 0)),
    CONSTRAINT audit_entry_previous_sha256_check CHECK ((previous_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_entry_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_entry_subject_check CHECK ((subject ~ '^[a-z_]+:.'::text))
);
CREATE TABLE public.audit_head (
    market_id text NOT NULL,
    number bigint NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT audit_head_number_check CHECK ((number >= 0)),
    CONSTRAINT audit_head_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE public.courier (
    id uuid NOT NULL,
    market_id text NOT NULL,
    name text NOT NULL,
    status public.courier_status DEFAULT 'offline'::public.courier_status NOT NULL,
    account_status public.account_status DEFAULT 'active'::public.account_status NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    vehicle public.vehicle DEFAULT 'bike'::public.vehicle NOT NULL,
    abilities public.requirement[] DEFAULT '{}'::public.requirement[] NOT NULL,
    capacity_weight_g integer DEFAULT 0 NOT NULL,
    capacity_volume_l integer DEFAULT 0 NOT NULL,
    capacity_jobs_count integer DEFAULT 0 NOT NULL,
    load_weight_g integer DEFAULT 0 NOT NULL,
    load_volume_l integer DEFAULT 0 NOT NULL,
    load_jobs_count integer DEFAULT 0 NOT NULL,
    live_jobs_count integer DEFAULT 0 NOT NULL,
    shift_ends_at timestamp with time zone,
    status_changed_at timestamp with time zone,
    erased_at timestamp with time zone,
    suspension_reason public.suspension_reason,
    suspended_until timestamp with time zone,
    CONSTRAINT courier_not_overloaded CHECK ((((load_weight_g >= 0) AND (load_weight_g <= capacity_weight_g)) AND ((load_volume_l >= 0) AND (load_volume_l <= capacity_volume_l)) AND ((load_jobs_count >= 0) AND (load_jobs_count <= capacity_jobs_count)) AND (live_jobs_count >= 0)))
);
CREATE TABLE public.job (
    id uuid NOT NULL,
    market_id text NOT NULL,
    merchant_id uuid NOT NULL,
    status public.job_status NOT NULL,
    version bigint NOT NULL,
    last_sequence bigint NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    search_round integer DEFAULT 0 NOT NULL,
    reference text,
    size_class public.size_class NOT NULL,
    weight_g integer NOT NULL,
    items_count integer NOT NULL,
    requirements public.requirement[] DEFAULT '{}'::public.requirement[] NOT NULL,
    vehicles public.vehicle[] NOT NULL,
    fee_cents integer NOT NULL,
    currency text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    release_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    search_until timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    offer_id uuid,
    courier_id uuid,
    bundle_id uuid,
    ended_by public.actor,
    reason public.reason_code,
    is_unmixed boolean DEFAULT false NOT NULL,
    erased_at timestamp with time zone,
    extended_until timestamp with time zone,
    CONSTRAINT job_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT job_carried_has_a_courier CHECK (((courier_id IS NOT NULL) OR (status = ANY (ARRAY['scheduled'::public.job_status, 'open'::public.job_status, 'canceled'::public.job_status, 'expired'::public.job_status])))),
    CONSTRAINT job_due_after_ready CHECK ((due_at > ready_at)),
    CONSTRAINT job_ended_has_an_end CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['delivered'::public.job_status, 'returned'::public.job_status, 'canceled'::public.job_status, 'expired'::public.job_status, 'failed'::public.job_status])))),
    CONSTRAINT job_extended_beyond_the_promise CHECK ((extended_until > due_at)),
    CONSTRAINT job_fee_cents_check CHECK ((fee_cents >= 0)),
    CONSTRAINT job_items_count_check CHECK ((items_count > 0)),
    CONSTRAINT job_offered_only_while_open CHECK (((offer_id IS NULL) OR (status = 'open'::public.job_status))),
    CONSTRAINT job_vehicles_check CHECK ((cardinality(vehicles) > 0)),
    CONSTRAINT job_weight_g_check CHECK ((weight_g > 0))
);
CREATE TABLE public.offer (
    id uuid NOT NULL,
    market_id text NOT NULL,
    courier_id uuid NOT NULL,
    bundle_id uuid,
    status public.offer_status DEFAULT 'pending'::public.offer_status NOT NULL,
    mode public.offer_mode NOT NULL,
    job_ids uuid[] NOT NULL,
    stop_ids uuid[] NOT NULL,
    legs jsonb NOT NULL,
    pay jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    answered_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    ttl_s double precision NOT NULL,
    answer text,
    policy_version integer NOT NULL,
    dispatch_epoch bigint,
    tick_id bigint,
    sent_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    CONSTRAINT offer_job_ids_check CHECK (((cardinality(job_ids) >= 1) AND (cardinality(job_ids) <= 15))),
    CONSTRAINT offer_ttl_s_check CHECK ((ttl_s > (0)::double precision))
);
CREATE TABLE public.stop (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    kind public.stop_kind NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    status public.stop_status DEFAULT 'pending'::public.stop_status NOT NULL,
    courier_id uuid,
    route_position integer,
    lat_deg double precision NOT NULL,
    lng_deg double precision NOT NULL,
    service_s integer NOT NULL,
    address text NOT NULL,
    contact_name text,
    contact_phone text,
    instructions text,
    arrived_at timestamp with time zone,
    completed_at timestamp with time zone,
    failed_at timestamp with time zone,
    failure_reason public.reason_code,
    recipient_instructions text,
    safe_place text,
    required_proofs public.proof_kind[] DEFAULT '{}'::public.proof_kind[] NOT NULL,
    given_proofs public.proof_kind[] DEFAULT '{}'::public.proof_kind[] NOT NULL,
    accepted_proofs jsonb DEFAULT '[]'::jsonb NOT NULL,
    waived_proofs public.proof_kind[] DEFAULT '{}'::public.proof_kind[] NOT NULL,
    waiver_reason public.waiver_reason,
    reached_at timestamp with time zone,
    CONSTRAINT stop_lat_deg_check CHECK (((lat_deg >= ('-90'::integer)::double precision) AND (lat_deg <= (90)::double precision))),
    CONSTRAINT stop_lng_deg_check CHECK (((lng_deg >= ('-180'::integer)::double precision) AND (lng_deg <= (180)::double precision))),
    CONSTRAINT stop_service_s_check CHECK ((service_s >= 0))
);
CREATE VIEW public.available_courier AS
 SELECT market_id,
    id AS courier_id,
    version,
    vehicle,
    capacity_weight_g,
    capacity_volume_l,
    capacity_jobs_count,
    abilities,
    shift_ends_at,
    live_jobs_count,
    COALESCE(( SELECT jsonb_agg(jsonb_build_object('stop_id', s.id, 'job_id', s.job_id, 'kind', s.kind, 'status', s.status, 'lat_deg', s.lat_deg, 'lng_deg', s.lng_deg, 'service_s', s.service_s, 'arrived_at', s.arrived_at, 'ready_at', j.ready_at, 'due_at', COALESCE(j.extended_until, j.due_at), 'size_class', j.size_class, 'weight_g', j.weight_g, 'is_unmixed', j.is_unmixed) ORDER BY (s.status <> 'arrived'::public.stop_status), s.route_position) AS jsonb_agg
           FROM (public.stop s
             JOIN public.job j ON ((j.id = s.job_id)))
          WHERE ((s.courier_id = c.id) AND (s.status = ANY (ARRAY['pending'::public.stop_status, 'enroute'::public.stop_status, 'arrived'::public.stop_status])))), '[]'::jsonb) AS route,
    COALESCE(( SELECT jsonb_agg(jsonb_build_object('size_class', j.size_class, 'weight_g', j.weight_g)) AS jsonb_agg
           FROM public.job j
          WHERE ((j.courier_id = c.id) AND (j.ended_at IS NULL) AND (j.status <> ALL (ARRAY['scheduled'::public.job_status, 'open'::public.job_status, 'assigned'::public.job_status, 'enroute_to_pickup'::public.job_status, 'arrived_at_pickup'::public.job_status])))), '[]'::jsonb) AS aboard
   FROM public.courier c
  WHERE ((status = ANY (ARRAY['online'::public.courier_status, 'busy'::public.courier_status])) AND (account_status = 'active'::public.account_status) AND (NOT (EXISTS ( SELECT
           FROM public.offer o
          WHERE ((o.courier_id = c.id) AND (o.status = ANY (ARRAY['pending'::public.offer_status, 'seen'::public.offer_status])))))));
CREATE TABLE public.bundle (
    id uuid NOT NULL,
    market_id text NOT NULL,
    status public.bundle_status NOT NULL
);
CREATE TABLE public.credential (
    id text NOT NULL,
    secret_sha256 bytea NOT NULL,
    merchant_id uuid,
    courier_id uuid,
    operator_id uuid,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    kind public.credential_kind DEFAULT 'key'::public.credential_kind NOT NULL,
    name text,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    opened_by text,
    last_used_at timestamp with time zone,
    secret_expires_at timestamp with time zone,
    expires_at timestamp with time zone,
    allowed_from text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT credential_allowed_from_few CHECK (((cardinality(allowed_from) <= 20) AND ((allowed_from = '{}'::text[]) OR (merchant_id IS NOT NULL)))),
    CONSTRAINT credential_id_check CHECK ((id ~ '^[0-9a-z]{8}$'::text)),
    CONSTRAINT credential_kind_suits CHECK (((kind = 'key'::public.credential_kind) OR ((kind = 'device'::public.credential_kind) AND (courier_id IS NOT NULL)) OR ((kind = 'console'::public.credential_kind) AND (operator_id IS NOT NULL)))),
    CONSTRAINT credential_of_one_principal CHECK ((num_nonnulls(merchant_id, courier_id, operator_id) = 1)),
    CONSTRAINT credential_scopes_are_a_merchants CHECK (((scopes <@ '{jobs:read,jobs:write,webhooks,keys,statement:read}'::text[]) AND ((merchant_id IS NOT NULL) OR (scopes = '{}'::text[])))),
    CONSTRAINT credential_secret_sha256_check CHECK ((length(secret_sha256) = 32))
);
CREATE TABLE public.decision (
    offer_id uuid,
    tick_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    reasons jsonb NOT NULL,
    id bigint NOT NULL,
    outcome public.outcome DEFAULT 'offered'::public.outcome NOT NULL,
    job_id uuid,
    CONSTRAINT decision_offered_has_an_offer CHECK (((outcome = 'offered'::public.outcome) = (offer_id IS NOT NULL))),
    CONSTRAINT decision_on_an_offer_or_a_job CHECK ((num_nonnulls(offer_id, job_id) = 1))
);
ALTER TABLE public.decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.deployment (
    id boolean DEFAULT true NOT NULL,
    epoch uuid NOT NULL,
    anchor_real_at timestamp with time zone NOT NULL,
    anchor_market_at timestamp with time zone NOT NULL,
    time_scale double precision NOT NULL,
    CONSTRAINT deployment_id_check CHECK (id),
    CONSTRAINT deployment_time_scale_check CHECK (((time_scale >= (0.01)::double precision) AND (time_scale <= (1000)::double precision)))
);
CREATE TABLE public.exception (
    id uuid NOT NULL,
    market_id text NOT NULL,
    kind public.exception_kind NOT NULL,
    severity public.severity NOT NULL,
    job_id uuid,
    courier_id uuid,
    opened_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolution text,
    merchant_id uuid,
    endpoint_id uuid,
    due_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL
);
CREATE TABLE public.fact (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    market_id text NOT NULL,
    type text NOT NULL,
    actor public.actor NOT NULL,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    job_id uuid,
    sequence bigint,
    merchant_id uuid,
    courier_id uuid,
    offer_id uuid,
    body jsonb NOT NULL,
    CONSTRAINT fact_of_a_job_is_numbered CHECK (((job_id IS NULL) = (sequence IS NULL)))
);
ALTER TABLE public.fact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.former_operator_market (
    operator_id uuid NOT NULL,
    market_id text NOT NULL,
    role public.operator_role NOT NULL
);
CREATE TABLE public.idempotency (
    merchant_id uuid NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    status_code integer NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    operator_id uuid NOT NULL,
    password text,
    CONSTRAINT identity_password_is_ours CHECK (((password IS NOT NULL) = (issuer = 'local'::text)))
);
CREATE TABLE public.job_message (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    number integer NOT NULL,
    merchant_id uuid NOT NULL,
    courier_id uuid NOT NULL,
    sender public.actor NOT NULL,
    text text NOT NULL,
    quick_reply text,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT job_message_number_check CHECK ((number > 0)),
    CONSTRAINT job_message_sender_check CHECK ((sender <> 'system'::public.actor)),
    CONSTRAINT job_message_text_check CHECK (((length(text) >= 1) AND (length(text) <= 500)))
);
CREATE VIEW public.job_with_stops WITH (security_invoker='true') AS
 SELECT id,
    market_id,
    merchant_id,
    status,
    version,
    last_sequence,
    attempt,
    search_round,
    reference,
    size_class,
    weight_g,
    items_count,
    requirements,
    vehicles,
    fee_cents,
    currency,
    created_at,
    ready_at,
    due_at,
    release_at,
    opened_at,
    search_until,
    ended_at,
    offer_id,
    courier_id,
    bundle_id,
    ended_by,
    reason,
    ( SELECT jsonb_agg(to_jsonb(s.*) ORDER BY s.kind, s.attempt) AS jsonb_agg
           FROM public.stop s
          WHERE (s.job_id = j.id)) AS stops,
    is_unmixed,
    extended_until
   FROM public.job j;
CREATE TABLE public.lease (
    name text NOT NULL,
    epoch bigint NOT NULL,
    holder text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    worked_at timestamp with time zone
);
CREATE TABLE public.legal_hold (
    job_id uuid NOT NULL,
    reason public.hold_reason NOT NULL,
    held_at timestamp with time zone NOT NULL
);
CREATE TABLE public.market (
    id text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    timezone text NOT NULL,
    center_lat_deg double precision NOT NULL,
    center_lng_deg double precision NOT NULL,
    service_radius_m double precision NOT NULL,
    is_paused boolean DEFAULT false NOT NULL,
    policy_version integer DEFAULT 1 NOT NULL,
    livemode boolean DEFAULT false NOT NULL,
    CONSTRAINT market_center_lat_deg_check CHECK (((center_lat_deg >= ('-90'::integer)::double precision) AND (center_lat_deg <= (90)::double precision))),
    CONSTRAINT market_center_lng_deg_check CHECK (((center_lng_deg >= ('-180'::integer)::double precision) AND (center_lng_deg <= (180)::double precision))),
    CONSTRAINT market_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT market_id_check CHECK ((id ~ '^[a-z][a-z0-9_-]{1,31}$'::text)),
    CONSTRAINT market_service_radius_m_check CHECK (((service_radius_m >= (100)::double precision) AND (service_radius_m <= (200000)::double precision)))
);
CREATE TABLE public.merchant (
    id uuid NOT NULL,
    market_id text NOT NULL,
    name text NOT NULL,
    color text,
    CONSTRAINT merchant_color_check CHECK ((color ~ '^#[0-9a-f]{6}$'::text))
);
CREATE TABLE public.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.offer_job (
    offer_id uuid NOT NULL,
    job_id uuid NOT NULL,
    attempt integer NOT NULL,
    courier_id uuid NOT NULL
);
CREATE TABLE public.operator (
    id uuid NOT NULL,
    market_id text NOT NULL,
    name text NOT NULL,
    role public.operator_role NOT NULL,
    disabled_at timestamp with time zone,
    keeper_id uuid
);
CREATE VIEW public.open_credential AS
 SELECT k.id,
    k.kind,
    k.secret_sha256,
    k.secret_expires_at,
    k.scopes,
    k.merchant_id,
    k.courier_id,
    k.operator_id
   FROM (((public.credential k
     LEFT JOIN public.credential opener ON ((opener.id = k.opened_by)))
     LEFT JOIN public.operator o ON ((o.id = k.operator_id)))
     LEFT JOIN public.courier c ON ((c.id = k.courier_id)))
  WHERE ((k.revoked_at IS NULL) AND (opener.revoked_at IS NULL) AND ((o.disabled_at IS NULL) OR (o.disabled_at > ( SELECT clock_timestamp() AS clock_timestamp))) AND ((c.id IS NULL) OR (c.account_status <> 'deactivated'::public.account_status)) AND ((k.expires_at IS NULL) OR (k.expires_at > ( SELECT clock_timestamp() AS clock_timestamp))) AND ((k.kind <> 'console'::public.credential_kind) OR (k.last_used_at > (( SELECT clock_timestamp() AS clock_timestamp) - '00:30:00'::interval))));
CREATE TABLE public.operator_market (
    operator_id uuid NOT NULL,
    market_id text NOT NULL,
    role public.operator_role NOT NULL
);
CREATE TABLE public.policy (
    market_id text NOT NULL,
    version integer NOT NULL,
    parameters jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    actor public.actor DEFAULT 'system'::public.actor NOT NULL,
    operator_id uuid,
    CONSTRAINT policy_version_check CHECK ((version >= 1))
);
CREATE TABLE public.position_sample (
    market_id text NOT NULL,
    courier_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    lat_deg double precision NOT NULL,
    lng_deg double precision NOT NULL
);
CREATE TABLE public.transfer (
    id uuid NOT NULL,
    market_id text NOT NULL,
    job_id uuid NOT NULL,
    kind public.transfer_kind NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount_cents bigint NOT NULL,
    currency text NOT NULL,
    at timestamp with time zone NOT NULL,
    reason public.adjustment_reason,
    CONSTRAINT transfer_amount_cents_check CHECK ((amount_cents > 0)),
    CONSTRAINT transfer_between_two CHECK ((debit <> credit)),
    CONSTRAINT transfer_by_hand_has_a_reason CHECK (((reason IS NULL) = (kind = ANY (ARRAY['charge'::public.transfer_kind, 'pay'::public.transfer_kind])))),
    CONSTRAINT transfer_credit_check CHECK ((credit ~ '^(merchant|courier|market):.'::text)),
    CONSTRAINT transfer_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transfer_debit_check CHECK ((debit ~ '^(merchant|courier|market):.'::text))
);
CREATE VIEW public.posting WITH (security_invoker='true') AS
 SELECT transfer.debit AS account,
    transfer.market_id,
    transfer.id AS transfer_id,
    transfer.job_id,
    transfer.kind,
    (- transfer.amount_cents) AS amount_cents,
    transfer.currency,
    transfer.at,
    transfer.reason
   FROM public.transfer
UNION ALL
 SELECT transfer.credit AS account,
    transfer.market_id,
    transfer.id AS transfer_id,
    transfer.job_id,
    transfer.kind,
    transfer.amount_cents,
    transfer.currency,
    transfer.at,
    transfer.reason
   FROM public.transfer;
CREATE TABLE public.proof (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    stop_id uuid NOT NULL,
    courier_id uuid NOT NULL,
    kind public.proof_kind NOT NULL,
    media_type text,
    width_px integer,
    height_px integer,
    bytes_count integer,
    sha256 bytea,
    content bytea,
    created_at timestamp with time zone NOT NULL,
    lat_deg double precision,
    lng_deg double precision,
    accuracy_m double precision,
    CONSTRAINT proof_content_check CHECK (((length(content) >= 1) AND (length(content) <= 1048576))),
    CONSTRAINT proof_has_a_whole_place CHECK ((num_nulls(lat_deg, lng_deg, accuracy_m) = ANY (ARRAY[0, 3]))),
    CONSTRAINT proof_is_a_picture_or_a_code CHECK ((num_nulls(media_type, width_px, height_px, bytes_count, sha256, content) =
CASE
    WHEN (kind = 'code'::public.proof_kind) THEN 6
    ELSE 0
END)),
    CONSTRAINT proof_sha256_check CHECK ((length(sha256) = 32))
);
ALTER TABLE ONLY public.proof ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE public.proof_code (
    job_id uuid NOT NULL,
    kind public.stop_kind NOT NULL,
    code text NOT NULL,
    CONSTRAINT proof_code_code_check CHECK ((code ~ '^[0-9]{4,6}$'::text))
);
CREATE TABLE public.proof_code_try (
    stop_id uuid NOT NULL,
    courier_id uuid NOT NULL,
    code text NOT NULL
);
CREATE TABLE public.proposal (
    id uuid NOT NULL,
    market_id text NOT NULL,
    kind public.proposal_kind NOT NULL,
    subject_id uuid NOT NULL,
    terms jsonb NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    is_approved boolean,
    CONSTRAINT proposal_approved_in_time CHECK (((NOT is_approved) OR (decided_at < expires_at))),
    CONSTRAINT proposal_decided_whole CHECK ((num_nonnulls(decided_by, decided_at, is_approved) = ANY (ARRAY[0, 3]))),
    CONSTRAINT proposal_needs_another CHECK (((NOT is_approved) OR (decided_by <> proposed_by)))
);
CREATE TABLE public.rating (
    job_id uuid NOT NULL,
    courier_id uuid NOT NULL,
    score integer NOT NULL,
    tags public.rating_tag[] NOT NULL,
    comment text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT rating_score_check CHECK (((score >= 1) AND (score <= 5)))
);
CREATE TABLE public.recorded_tick (
    tick_id bigint NOT NULL,
    market_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    policy_version integer NOT NULL,
    bytes_count integer NOT NULL,
    packed bytea NOT NULL,
    exact_places bytea
);
CREATE TABLE public.refresh_line (
    credential_id text NOT NULL,
    line_sha256 bytea NOT NULL,
    token_sha256 bytea NOT NULL,
    former_sha256 bytea,
    renewed_at timestamp with time zone NOT NULL,
    device_key bytea,
    next_sealed bytea,
    is_restored boolean DEFAULT false NOT NULL,
    CONSTRAINT refresh_line_device_key_check CHECK ((length(device_key) = 65)),
    CONSTRAINT refresh_line_former_sha256_check CHECK ((length(former_sha256) = 32)),
    CONSTRAINT refresh_line_line_sha256_check CHECK ((length(line_sha256) = 32)),
    CONSTRAINT refresh_line_next_sealed_check CHECK ((length(next_sealed) = 48)),
    CONSTRAINT refresh_line_token_sha256_check CHECK ((length(token_sha256) = 32))
);
CREATE TABLE public.relay_cursor (
    market_id text NOT NULL,
    xid xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.seal_check (
    is_only boolean DEFAULT true NOT NULL,
    sealed text NOT NULL,
    CONSTRAINT seal_check_is_only_check CHECK (is_only),
    CONSTRAINT seal_check_sealed_check CHECK ((octet_length(sealed) <= 400))
);
CREATE TABLE public.stream (
    owner text NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.stream_event (
    owner text NOT NULL,
    seq bigint NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    type text NOT NULL,
    message bytea NOT NULL
);
CREATE TABLE public.tick (
    id bigint NOT NULL,
    market_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    policy_version integer NOT NULL,
    dispatch_epoch bigint NOT NULL,
    summary jsonb NOT NULL
);
ALTER TABLE public.tick ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tick_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking (
    job_id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    seed bytea NOT NULL,
    key_id text,
    CONSTRAINT tracking_seed_check CHECK ((length(seed) = 16)),
    CONSTRAINT tracking_token_sha256_check CHECK ((length(token_sha256) = 32))
);
CREATE VIEW public.unoffered_job AS
 SELECT j.market_id,
    j.id AS job_id,
    j.version,
    p.lat_deg AS pickup_lat_deg,
    p.lng_deg AS pickup_lng_deg,
    d.lat_deg AS dropoff_lat_deg,
    d.lng_deg AS dropoff_lng_deg,
    j.ready_at,
    COALESCE(j.extended_until, j.due_at) AS due_at,
    j.opened_at,
    j.size_class,
    j.weight_g,
    j.vehicles,
    j.requirements,
    p.service_s AS pickup_service_s,
    d.service_s AS dropoff_service_s,
    j.search_round,
    j.fee_cents,
    ARRAY( SELECT DISTINCT oj.courier_id
           FROM (public.offer_job oj
             JOIN public.offer o ON ((o.id = oj.offer_id)))
          WHERE ((oj.job_id = j.id) AND ((o.status = ANY (ARRAY['accepted'::public.offer_status, 'declined'::public.offer_status, 'expired'::public.offer_status])) OR ((o.status = 'unreachable'::public.offer_status) AND (oj.attempt = j.attempt))))
          ORDER BY oj.courier_id) AS refused_by,
    j.is_unmixed
   FROM ((public.job j
     JOIN public.stop p ON (((p.job_id = j.id) AND (p.kind = 'pickup'::public.stop_kind) AND (p.attempt = 1))))
     JOIN public.stop d ON (((d.job_id = j.id) AND (d.kind = 'dropoff'::public.stop_kind) AND (d.attempt = 1))))
  WHERE ((j.status = 'open'::public.job_status) AND (j.offer_id IS NULL));
CREATE TABLE public.webhook_attempt (
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    outcome public.attempt_outcome NOT NULL,
    status_code integer,
    duration_ms integer NOT NULL
);
CREATE TABLE public.webhook_delivery (
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    seq bigint NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    status public.delivery_status DEFAULT 'pending'::public.delivery_status NOT NULL,
    attempts_count integer DEFAULT 0 NOT NULL,
    calls_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone DEFAULT clock_timestamp(),
    ended_at timestamp with time zone,
    faults_count integer DEFAULT 0 NOT NULL,
    follows_gap boolean DEFAULT false NOT NULL,
    CONSTRAINT webhook_delivery_waits_or_has_ended CHECK ((((status = 'pending'::public.delivery_status) = (due_at IS NOT NULL)) AND ((status = 'pending'::public.delivery_status) = (ended_at IS NULL))))
);
CREATE TABLE public.webhook_endpoint (
    id uuid NOT NULL,
    market_id text NOT NULL,
    merchant_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    description text NOT NULL,
    disabled_reason public.disabled_reason,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    failures_count integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    rest_until timestamp with time zone,
    failed_at timestamp with time zone,
    retired_at timestamp with time zone,
    public_key bytea,
    CONSTRAINT webhook_endpoint_public_key_check CHECK ((length(public_key) = 32))
);
CREATE TABLE public.webhook_lane (
    endpoint_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    last_seq bigint NOT NULL,
    told_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    epoch bigint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    gap_after_seq bigint,
    claims_count integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.webhook_secret (
    endpoint_id uuid NOT NULL,
    number integer NOT NULL,
    seed bytea NOT NULL,
    key_id text,
    expires_at timestamp with time zone,
    signing public.signing DEFAULT 'hmac'::public.signing NOT NULL,
    CONSTRAINT webhook_secret_seed_check CHECK ((length(seed) = 32))
);
ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_no_overlap EXCLUDE USING gist (job_id WITH =, tstzrange(started_at, COALESCE(ended_at, 'infinity'::timestamp with time zone)) WITH &&);
ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (market_id, number);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (market_id);
ALTER TABLE ONLY public.bundle
    ADD CONSTRAINT bundle_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.courier
    ADD CONSTRAINT courier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.former_operator_market
    ADD CONSTRAINT former_operator_market_pkey PRIMARY KEY (operator_id, market_id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (merchant_id, key);
ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (issuer, subject);
ALTER TABLE ONLY public.job_message
    ADD CONSTRAINT job_message_job_id_number_key UNIQUE (job_id, number);
ALTER TABLE ONLY public.job_message
    ADD CONSTRAINT job_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.merchant
    ADD CONSTRAINT merchant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.offer_job
    ADD CONSTRAINT offer_job_pkey PRIMARY KEY (job_id, offer_id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operator_market
    ADD CONSTRAINT operator_market_pkey PRIMARY KEY (operator_id, market_id);
ALTER TABLE ONLY public.operator
    ADD CONSTRAINT operator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (market_id, version);
ALTER TABLE ONLY public.proof_code
    ADD CONSTRAINT proof_code_pkey PRIMARY KEY (job_id, kind);
ALTER TABLE ONLY public.proof_code_try
    ADD CONSTRAINT proof_code_try_pkey PRIMARY KEY (stop_id, courier_id, code);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT proof_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.recorded_tick
    ADD CONSTRAINT recorded_tick_pkey PRIMARY KEY (tick_id);
ALTER TABLE ONLY public.refresh_line
    ADD CONSTRAINT refresh_line_pkey PRIMARY KEY (credential_id);
ALTER TABLE ONLY public.relay_cursor
    ADD CONSTRAINT relay_cursor_pkey PRIMARY KEY (market_id);
ALTER TABLE ONLY public.seal_check
    ADD CONSTRAINT seal_check_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY public.stop
    ADD CONSTRAINT stop_job_id_kind_attempt_key UNIQUE (job_id, kind, attempt);
ALTER TABLE ONLY public.stop
    ADD CONSTRAINT stop_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stream_event
    ADD CONSTRAINT stream_event_pkey PRIMARY KEY (owner, seq);
ALTER TABLE ONLY public.stream
    ADD CONSTRAINT stream_pkey PRIMARY KEY (owner);
ALTER TABLE ONLY public.tick
    ADD CONSTRAINT tick_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking
    ADD CONSTRAINT tracking_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.tracking
    ADD CONSTRAINT tracking_token_sha256_key UNIQUE (token_sha256);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_attempt
    ADD CONSTRAINT webhook_attempt_pkey PRIMARY KEY (delivery_id, number);
ALTER TABLE ONLY public.webhook_delivery
    ADD CONSTRAINT webhook_delivery_endpoint_id_subject_id_seq_key UNIQUE (endpoint_id, subject_id, seq);
ALTER TABLE ONLY public.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_lane
    ADD CONSTRAINT webhook_lane_pkey PRIMARY KEY (endpoint_id, subject_id);
ALTER TABLE ONLY public.webhook_secret
    ADD CONSTRAINT webhook_secret_pkey PRIMARY KEY (endpoint_id, number);
CREATE INDEX assignment_of_courier ON public.assignment USING btree (courier_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX assignment_one_active ON public.assignment USING btree (job_id) WHERE (ended_at IS NULL);
CREATE INDEX audit_entry_of_request ON public.audit_entry USING btree (market_id, request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_entry_of_subject ON public.audit_entry USING btree (market_id, subject, number);
CREATE INDEX audit_entry_to_blank ON public.audit_entry USING btree (at) WHERE ((content_sha256 IS NOT NULL) AND (blanked_at IS NULL));
CREATE INDEX courier_on_duty ON public.courier USING btree (market_id, id) WHERE (status <> 'offline'::public.courier_status);
CREATE INDEX courier_suspended ON public.courier USING btree (market_id, id) WHERE (account_status = 'suspended'::public.account_status);
CREATE INDEX credential_of_device ON public.credential USING btree (courier_id) WHERE (kind = 'device'::public.credential_kind);
CREATE INDEX credential_of_merchant ON public.credential USING btree (merchant_id) WHERE (merchant_id IS NOT NULL);
CREATE INDEX credential_old ON public.credential USING btree (expires_at) WHERE (kind <> 'key'::public.credential_kind);
CREATE INDEX credential_opened_by ON public.credential USING btree (opened_by) WHERE (opened_by IS NOT NULL);
CREATE INDEX credential_over ON public.credential USING btree (LEAST(expires_at, revoked_at)) WHERE (kind <> 'key'::public.credential_kind);
CREATE INDEX decision_age ON public.decision USING btree (at);
CREATE INDEX decision_of_job ON public.decision USING btree (job_id, id) WHERE (job_id IS NOT NULL);
CREATE UNIQUE INDEX decision_of_offer ON public.decision USING btree (offer_id) WHERE (offer_id IS NOT NULL);
CREATE INDEX decision_of_tick ON public.decision USING btree (tick_id);
CREATE INDEX exception_decided ON public.exception USING btree (market_id, resolved_at) WHERE (resolution = ANY (ARRAY['dismiss'::text, 'fail'::text, 'reassign'::text, 'retry'::text]));
CREATE INDEX exception_of_courier ON public.exception USING btree (courier_id, id) WHERE (courier_id IS NOT NULL);
CREATE INDEX exception_of_job ON public.exception USING btree (job_id, id) WHERE (job_id IS NOT NULL);
CREATE INDEX exception_of_kind ON public.exception USING btree (market_id, kind, id);
CREATE INDEX exception_of_market ON public.exception USING btree (market_id, id);
CREATE UNIQUE INDEX exception_one_open ON public.exception USING btree (kind, COALESCE(job_id, courier_id)) WHERE (resolved_at IS NULL);
CREATE UNIQUE INDEX exception_one_open_of_endpoint ON public.exception USING btree (kind, endpoint_id) WHERE ((resolved_at IS NULL) AND (endpoint_id IS NOT NULL));
CREATE UNIQUE INDEX exception_one_open_of_market ON public.exception USING btree (market_id, kind) WHERE ((resolved_at IS NULL) AND (job_id IS NULL) AND (courier_id IS NULL) AND (merchant_id IS NULL) AND (endpoint_id IS NULL));
CREATE INDEX exception_open ON public.exception USING btree (market_id, id) WHERE (resolved_at IS NULL);
CREATE INDEX exception_resolved ON public.exception USING btree (resolved_at) WHERE (resolved_at IS NOT NULL);
CREATE INDEX fact_in_commit_order ON public.fact USING btree (market_id, xid, id);
CREATE INDEX fact_of_arrival ON public.fact USING btree (market_id, type, at) INCLUDE (job_id) WHERE (type = ANY (ARRAY['job.arrived_at_pickup'::text, 'job.arrived_at_dropoff'::text]));
CREATE INDEX fact_of_duty ON public.fact USING btree (market_id, at) WHERE (type = 'courier.status_changed'::text);
CREATE INDEX fact_of_fate ON public.fact USING btree (market_id, at) INCLUDE (type) WHERE (type = ANY (ARRAY['job.created'::text, 'job.delivered'::text, 'job.returned'::text, 'job.failed'::text, 'job.canceled'::text, 'job.expired'::text]));
CREATE UNIQUE INDEX fact_of_job ON public.fact USING btree (job_id, sequence) WHERE (job_id IS NOT NULL);
CREATE INDEX fact_of_search ON public.fact USING btree (market_id, at) INCLUDE (type, job_id, id) WHERE (type = ANY (ARRAY['job.opened'::text, 'job.assigned'::text, 'job.reassigned'::text, 'job.canceled'::text, 'job.expired'::text]));
CREATE INDEX idempotency_age ON public.idempotency USING btree (created_at);
CREATE INDEX job_by_reference ON public.job USING btree (merchant_id, reference) WHERE (reference IS NOT NULL);
CREATE INDEX job_message_of_courier ON public.job_message USING btree (courier_id);
CREATE INDEX job_of_courier ON public.job USING btree (courier_id) WHERE ((courier_id IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX job_of_market ON public.job USING btree (market_id, id);
CREATE INDEX job_of_merchant ON public.job USING btree (merchant_id, id);
CREATE INDEX job_of_time ON public.job USING btree (market_id, opened_at) WHERE (opened_at IS NOT NULL);
CREATE UNIQUE INDEX job_reference_once ON public.job USING btree (merchant_id, reference) WHERE ((reference IS NOT NULL) AND (status <> ALL (ARRAY['returned'::public.job_status, 'canceled'::public.job_status, 'expired'::public.job_status, 'failed'::public.job_status])));
CREATE INDEX job_scheduled ON public.job USING btree (market_id, release_at) WHERE (status = 'scheduled'::public.job_status);
CREATE INDEX job_searching ON public.job USING btree (market_id, opened_at, id) WHERE (status = 'open'::public.job_status);
CREATE INDEX job_to_erase ON public.job USING btree (market_id, ended_at) WHERE ((ended_at IS NOT NULL) AND (erased_at IS NULL));
CREATE INDEX offer_of_courier ON public.offer USING btree (courier_id, id);
CREATE INDEX offer_of_market ON public.offer USING btree (market_id, id);
CREATE INDEX offer_of_time ON public.offer USING btree (market_id, created_at);
CREATE UNIQUE INDEX offer_one_open_of_courier ON public.offer USING btree (courier_id) WHERE (status = ANY (ARRAY['pending'::public.offer_status, 'seen'::public.offer_status]));
CREATE INDEX offer_open_until ON public.offer USING btree (market_id, expires_at) WHERE (status = ANY (ARRAY['pending'::public.offer_status, 'seen'::public.offer_status]));
CREATE INDEX position_sample_age ON public.position_sample USING btree (at);
CREATE INDEX position_sample_of_market ON public.position_sample USING btree (market_id, at);
CREATE INDEX position_sample_trail ON public.position_sample USING btree (courier_id, at);
CREATE INDEX proof_by_age ON public.proof USING btree (created_at);
CREATE INDEX proof_of_courier ON public.proof USING btree (courier_id);
CREATE INDEX proof_of_job ON public.proof USING btree (job_id);
CREATE INDEX proof_of_stop ON public.proof USING btree (stop_id);
CREATE INDEX proposal_undecided ON public.proposal USING btree (market_id, kind, expires_at) WHERE (is_approved IS NULL);
CREATE INDEX rating_of_courier ON public.rating USING btree (courier_id);
CREATE INDEX recorded_tick_exact ON public.recorded_tick USING btree (at) WHERE (exact_places IS NOT NULL);
CREATE INDEX recorded_tick_of_market ON public.recorded_tick USING btree (market_id, at, tick_id) INCLUDE (bytes_count);
CREATE INDEX stop_of_route ON public.stop USING btree (courier_id, route_position) WHERE (status = ANY (ARRAY['pending'::public.stop_status, 'enroute'::public.stop_status, 'arrived'::public.stop_status]));
CREATE INDEX stop_reached ON public.stop USING btree (arrived_at) WHERE (arrived_at IS NOT NULL);
CREATE INDEX stream_event_age ON public.stream_event USING btree (recorded_at);
CREATE INDEX tick_of_market ON public.tick USING btree (market_id, id);
CREATE INDEX transfer_of_credit ON public.transfer USING btree (credit, at, id);
CREATE INDEX transfer_of_debit ON public.transfer USING btree (debit, at, id);
CREATE INDEX transfer_of_job ON public.transfer USING btree (job_id);
CREATE INDEX transfer_of_market ON public.transfer USING btree (market_id, id);
CREATE INDEX webhook_delivery_dead ON public.webhook_delivery USING btree (endpoint_id, id) WHERE (status = 'dead'::public.delivery_status);
CREATE INDEX webhook_delivery_died ON public.webhook_delivery USING btree (endpoint_id, ended_at) WHERE (status = 'dead'::public.delivery_status);
CREATE INDEX webhook_delivery_of_endpoint ON public.webhook_delivery USING btree (endpoint_id, id);
CREATE INDEX webhook_delivery_waiting ON public.webhook_delivery USING btree (endpoint_id, subject_id, seq) WHERE (status = 'pending'::public.delivery_status);
CREATE INDEX webhook_endpoint_deleted ON public.webhook_endpoint USING btree (id) WHERE (disabled_reason = 'deleted'::public.disabled_reason);
CREATE INDEX webhook_endpoint_failing ON public.webhook_endpoint USING btree (market_id) WHERE (failures_count > 0);
CREATE INDEX webhook_endpoint_of_merchant ON public.webhook_endpoint USING btree (merchant_id, id);
CREATE INDEX webhook_lane_age ON public.webhook_lane USING btree (told_at);
CREATE INDEX webhook_lane_due ON public.webhook_lane USING btree (endpoint_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX webhook_lane_held ON public.webhook_lane USING btree (endpoint_id) WHERE (lease_until IS NOT NULL);
CREATE TRIGGER audit_entries_stay BEFORE DELETE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change_but_blanking();
CREATE TRIGGER job_message_is_final BEFORE UPDATE OR TRUNCATE ON public.job_message FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER own_cancellations BEFORE UPDATE OF status ON public.job FOR EACH ROW WHEN (((current_setting('app.merchant_id'::text, true) <> ''::text) AND (new.status = 'canceled'::public.job_status) AND (old.status <> 'canceled'::public.job_status))) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER own_row BEFORE UPDATE ON public.merchant FOR EACH ROW WHEN (((current_setting('app.merchant_id'::text, true) <> ''::text) AND (old.id IS DISTINCT FROM public.own_merchant_id()))) EXECUTE FUNCTION public.refuse_row_of_another_merchant();
CREATE TRIGGER own_rows BEFORE INSERT OR DELETE OR UPDATE ON public.credential FOR EACH ROW WHEN ((current_setting('app.merchant_id'::text, true) <> ''::text)) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER own_rows BEFORE INSERT ON public.idempotency FOR EACH ROW WHEN ((current_setting('app.merchant_id'::text, true) <> ''::text)) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER own_rows AFTER INSERT ON public.job FOR EACH ROW WHEN ((current_setting('app.merchant_id'::text, true) <> ''::text)) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER own_rows BEFORE INSERT ON public.job_message FOR EACH ROW WHEN ((current_setting('app.merchant_id'::text, true) <> ''::text)) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER own_rows BEFORE INSERT OR DELETE OR UPDATE ON public.webhook_endpoint FOR EACH ROW WHEN ((current_setting('app.merchant_id'::text, true) <> ''::text)) EXECUTE FUNCTION public.refuse_row_of_another();
CREATE TRIGGER proof_is_final BEFORE UPDATE ON public.proof FOR EACH ROW EXECUTE FUNCTION public.refuse_change_but_of_place();
CREATE TRIGGER proofs_are_not_swept BEFORE TRUNCATE ON public.proof FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER transfer_is_final BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transfer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.offer(id);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.bundle
    ADD CONSTRAINT bundle_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.courier
    ADD CONSTRAINT courier_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.credential(id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.offer(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_tick_id_fkey FOREIGN KEY (tick_id) REFERENCES public.tick(id);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.former_operator_market
    ADD CONSTRAINT former_operator_market_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.former_operator_market
    ADD CONSTRAINT former_operator_market_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.job_message
    ADD CONSTRAINT job_message_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.job_message
    ADD CONSTRAINT job_message_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.job_message
    ADD CONSTRAINT job_message_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.merchant
    ADD CONSTRAINT merchant_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_bundle_id_fkey FOREIGN KEY (bundle_id) REFERENCES public.bundle(id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.offer_job
    ADD CONSTRAINT offer_job_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.offer_job
    ADD CONSTRAINT offer_job_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.offer_job
    ADD CONSTRAINT offer_job_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.offer(id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.operator
    ADD CONSTRAINT operator_keeper_id_fkey FOREIGN KEY (keeper_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.operator
    ADD CONSTRAINT operator_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.operator_market
    ADD CONSTRAINT operator_market_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.operator_market
    ADD CONSTRAINT operator_market_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operator(id);
ALTER TABLE ONLY public.position_sample
    ADD CONSTRAINT position_sample_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.position_sample
    ADD CONSTRAINT position_sample_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.proof_code
    ADD CONSTRAINT proof_code_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.proof_code_try
    ADD CONSTRAINT proof_code_try_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.proof_code_try
    ADD CONSTRAINT proof_code_try_stop_id_fkey FOREIGN KEY (stop_id) REFERENCES public.stop(id);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT proof_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT proof_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT proof_stop_id_fkey FOREIGN KEY (stop_id) REFERENCES public.stop(id);
ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.operator(id);
ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.operator(id);
ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.recorded_tick
    ADD CONSTRAINT recorded_tick_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.recorded_tick
    ADD CONSTRAINT recorded_tick_tick_id_fkey FOREIGN KEY (tick_id) REFERENCES public.tick(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.refresh_line
    ADD CONSTRAINT refresh_line_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.relay_cursor
    ADD CONSTRAINT relay_cursor_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.stop
    ADD CONSTRAINT stop_courier_id_fkey FOREIGN KEY (courier_id) REFERENCES public.courier(id);
ALTER TABLE ONLY public.stop
    ADD CONSTRAINT stop_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.stream_event
    ADD CONSTRAINT stream_event_owner_fkey FOREIGN KEY (owner) REFERENCES public.stream(owner) ON DELETE CASCADE;
ALTER TABLE ONLY public.tick
    ADD CONSTRAINT tick_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.tracking
    ADD CONSTRAINT tracking_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.webhook_attempt
    ADD CONSTRAINT webhook_attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.webhook_delivery(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhook_delivery
    ADD CONSTRAINT webhook_delivery_endpoint_id_subject_id_fkey FOREIGN KEY (endpoint_id, subject_id) REFERENCES public.webhook_lane(endpoint_id, subject_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_market_id_fkey FOREIGN KEY (market_id) REFERENCES public.market(id);
ALTER TABLE ONLY public.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);
ALTER TABLE ONLY public.webhook_lane
    ADD CONSTRAINT webhook_lane_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoint(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhook_secret
    ADD CONSTRAINT webhook_secret_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoint(id) ON DELETE CASCADE;
ALTER TABLE public.credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.merchant ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.credential USING (((NOT public.is_merchant()) OR (merchant_id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.fact USING (((NOT public.is_merchant()) OR (merchant_id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.job USING (((NOT public.is_merchant()) OR (merchant_id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.job_message USING (((NOT public.is_merchant()) OR (merchant_id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.merchant USING (((NOT public.is_merchant()) OR (id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.proof USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.job j
  WHERE (j.id = proof.job_id)))));
CREATE POLICY own_rows ON public.proof_code USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.job j
  WHERE (j.id = proof_code.job_id)))));
CREATE POLICY own_rows ON public.stop USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.job j
  WHERE (j.id = stop.job_id)))));
CREATE POLICY own_rows ON public.tracking USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.job j
  WHERE (j.id = tracking.job_id)))));
CREATE POLICY own_rows ON public.transfer USING ((( SELECT (NOT public.is_merchant())) OR (debit = ( SELECT ('merchant:'::text || public.own_merchant_id()))) OR (credit = ( SELECT ('merchant:'::text || public.own_merchant_id())))));
CREATE POLICY own_rows ON public.webhook_attempt USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.webhook_delivery d
  WHERE (d.id = webhook_attempt.delivery_id)))));
CREATE POLICY own_rows ON public.webhook_delivery USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.webhook_endpoint e
  WHERE (e.id = webhook_delivery.endpoint_id)))));
CREATE POLICY own_rows ON public.webhook_endpoint USING (((NOT public.is_merchant()) OR (merchant_id = public.own_merchant_id())));
CREATE POLICY own_rows ON public.webhook_lane USING (((NOT public.is_merchant()) OR (EXISTS ( SELECT
   FROM public.webhook_endpoint e
  WHERE (e.id = webhook_lane.endpoint_id)))));
ALTER TABLE public.proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.proof_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stop ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tracking ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_lane ENABLE ROW LEVEL SECURITY;
