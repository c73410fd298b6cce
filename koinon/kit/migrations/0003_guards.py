"""The chronicle's table: partitioned by month on the UUIDv7 id, and refused to everyone who would change the past.

And the index of meanings for the encoder that comes with us (384 numbers); search.ensure_index makes it for others.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE kit_statement (
    id uuid PRIMARY KEY,
    actor uuid NOT NULL,
    role varchar(60) NOT NULL,
    organisation uuid,
    verb varchar(60) NOT NULL,
    kind varchar(60) NOT NULL,
    noun uuid,
    network uuid,
    place integer,
    counts jsonb NOT NULL,
    at timestamptz NOT NULL
) PARTITION BY RANGE (id);
CREATE TABLE kit_statement_rest PARTITION OF kit_statement DEFAULT;
CREATE INDEX kit_statement_network ON kit_statement (network, id DESC);
CREATE INDEX kit_statement_noun ON kit_statement (noun, id DESC);
CREATE INDEX kit_statement_actor ON kit_statement (actor, id DESC);

CREATE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the chronicle is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER kit_statement_append_only BEFORE UPDATE OR DELETE ON kit_statement
    FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER kit_statement_no_truncate BEFORE TRUNCATE ON kit_statement
    FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER kit_statement_rest_no_truncate BEFORE TRUNCATE ON kit_statement_rest
    FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER kit_seal_append_only BEFORE UPDATE OR DELETE ON kit_seal
    FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER kit_seal_no_truncate BEFORE TRUNCATE ON kit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change();

CREATE FUNCTION kit_add_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'kit_statement_' || to_char(month, 'YYYY_MM');
    low uuid := kit_uuid_floor(date_trunc('month', month)::timestamp AT TIME ZONE 'UTC');
    high uuid := kit_uuid_floor((date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN RETURN false; END IF;
    IF EXISTS (SELECT 1 FROM kit_statement_rest WHERE id >= low AND id < high) THEN RETURN false; END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF kit_statement FOR VALUES FROM (%L) TO (%L)', part, low, high);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change()',
                   part || '_no_truncate', part);
    RETURN true;
END $$;

CREATE FUNCTION kit_uuid_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;
SELECT kit_add_partition((date_trunc('month', now()) + make_interval(months => n))::date) FROM generate_series(0, 2) n;

CREATE INDEX search_meaning_384 ON kit_searchrecord USING hnsw ((meaning::halfvec(384)) halfvec_ip_ops)
    WITH (m = 12, ef_construction = 40);
"""

BACKWARD = """
DROP INDEX search_meaning_384;
DROP TABLE kit_statement;
DROP FUNCTION kit_add_partition(date);
DROP FUNCTION kit_uuid_floor(timestamptz);
DROP TRIGGER kit_seal_append_only ON kit_seal;
DROP TRIGGER kit_seal_no_truncate ON kit_seal;
DROP FUNCTION kit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
