-- What must hold whatever code runs. Money first.

-- Nobody spends what is not there.
ALTER TABLE accounts ADD CONSTRAINT accounts_never_negative
  CHECK (kind NOT IN ('available', 'held') OR balance_micro_credits >= 0);
--> statement-breakpoint
ALTER TABLE accounts ADD CONSTRAINT accounts_owned
  CHECK ((kind IN ('available', 'held')) = (user_id IS NOT NULL));
--> statement-breakpoint
ALTER TABLE holds ADD CONSTRAINT holds_positive CHECK (amount_micro_credits >= 0);
--> statement-breakpoint
ALTER TABLE postings ADD CONSTRAINT postings_move_something CHECK (amount_micro_credits <> 0);
--> statement-breakpoint
ALTER TABLE calls ADD CONSTRAINT calls_complete
  CHECK (status <> 'completed' OR (answer IS NOT NULL AND ended_at IS NOT NULL));
--> statement-breakpoint
ALTER TABLE calls ADD CONSTRAINT calls_failed_are_free CHECK (status = 'completed' OR charge_micro_credits = 0);
--> statement-breakpoint
ALTER TABLE calls ADD CONSTRAINT calls_cost_nothing_or_more
  CHECK (charge_micro_credits >= 0 AND cost_pico_usd >= 0);
--> statement-breakpoint
ALTER TABLE calls ADD CONSTRAINT calls_count_tokens CHECK (
  cached_tokens BETWEEN 0 AND input_tokens AND output_tokens >= 0 AND thinking_tokens >= 0);
--> statement-breakpoint

-- A balance is moved by postings and by nothing else.
CREATE FUNCTION post_to_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts SET balance_micro_credits = balance_micro_credits + NEW.amount_micro_credits
    WHERE id = NEW.account_id;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER postings_move_balances AFTER INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION post_to_account();
--> statement-breakpoint
CREATE FUNCTION balance_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the balance of % is moved by postings only', NEW.id;
END $$;
--> statement-breakpoint
CREATE TRIGGER accounts_open_empty BEFORE INSERT ON accounts
  FOR EACH ROW WHEN (NEW.balance_micro_credits <> 0) EXECUTE FUNCTION balance_by_hand();
--> statement-breakpoint
-- Depth 0 is a statement of somebody's own; the trigger of a posting updates from depth 1.
CREATE TRIGGER accounts_follow_postings BEFORE UPDATE OF balance_micro_credits ON accounts
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION balance_by_hand();
--> statement-breakpoint

-- Every set adds up to nothing when its transaction ends.
CREATE FUNCTION posting_set_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(amount_micro_credits) FROM postings WHERE set_id = NEW.set_id) <> 0 THEN
    RAISE EXCEPTION 'posting set % does not balance', NEW.set_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER posting_sets_balance AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_set_balances();
--> statement-breakpoint

-- What was written stays written.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
--> statement-breakpoint
CREATE TRIGGER postings_stay BEFORE UPDATE OR DELETE ON postings
  FOR EACH ROW EXECUTE FUNCTION append_only();
--> statement-breakpoint
CREATE TRIGGER posting_sets_stay BEFORE UPDATE OR DELETE ON posting_sets
  FOR EACH ROW EXECUTE FUNCTION append_only();
--> statement-breakpoint
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION append_only();
--> statement-breakpoint
CREATE TRIGGER postings_are_kept BEFORE TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
--> statement-breakpoint
CREATE TRIGGER posting_sets_are_kept BEFORE TRUNCATE ON posting_sets
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
--> statement-breakpoint
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
--> statement-breakpoint

-- A completed call is never rewritten.
CREATE FUNCTION completed_calls_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'completed' THEN
    RAISE EXCEPTION 'call % is completed and stays as it is', OLD.id;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
--> statement-breakpoint
CREATE TRIGGER calls_stay BEFORE UPDATE OR DELETE ON calls
  FOR EACH ROW EXECUTE FUNCTION completed_calls_stay();
