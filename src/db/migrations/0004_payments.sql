CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"package_id" text NOT NULL,
	"credits_micro" bigint NOT NULL,
	"method" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"checkout_url" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"credits_micro" bigint NOT NULL,
	"price_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"stars" integer,
	"active" boolean NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"user_id" text NOT NULL,
	"paid_minor" bigint,
	"currency" text,
	"paid_at" timestamp (3) with time zone,
	"refunded_minor" bigint NOT NULL,
	"refunded_at" timestamp (3) with time zone,
	"dispute" text,
	"disputed_at" timestamp (3) with time zone,
	"credited_micro_credits" bigint NOT NULL,
	"changes" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "referrals" (
	"user_id" text PRIMARY KEY NOT NULL,
	"referrer_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"rewarded" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "worst_pico_usd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "purse" text DEFAULT 'available' NOT NULL;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD COLUMN "payment_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "telegram_id" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "username" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "frozen" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "low_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "referral_code" text;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_referrer_id_users_id_fk" FOREIGN KEY ("referrer_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orders_by_user" ON "orders" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "payments_by_user" ON "payments" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "payments_by_order" ON "payments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "referrals_by_referrer" ON "referrals" USING btree ("referrer_id","settled_at");--> statement-breakpoint
ALTER TABLE "posting_sets" ADD CONSTRAINT "posting_sets_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_by_start" ON "calls" USING btree ("started_at");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_telegram_id_unique" UNIQUE("telegram_id");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_referral_code_unique" UNIQUE("referral_code");--> statement-breakpoint

-- Users have four accounts, and may owe on one of them only.
ALTER TABLE accounts DROP CONSTRAINT accounts_owned;
--> statement-breakpoint
ALTER TABLE accounts ADD CONSTRAINT accounts_owned
  CHECK ((kind IN ('available', 'held', 'tab', 'owed')) = (user_id IS NOT NULL));
--> statement-breakpoint
ALTER TABLE accounts ADD CONSTRAINT accounts_never_positive
  CHECK (kind NOT IN ('tab', 'owed') OR balance_micro_credits <= 0);
--> statement-breakpoint
INSERT INTO accounts (id, kind, user_id, balance_micro_credits)
  SELECT kind || ':' || users.id, kind, users.id, 0 FROM users, unnest(ARRAY['tab', 'owed']) AS kind
  ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO accounts (id, kind, balance_micro_credits)
  SELECT kind || '#' || shard, kind, 0
  FROM unnest(ARRAY['providers', 'referrals', 'stripe', 'stars']) AS kind, generate_series(0, 63) AS shard
  ON CONFLICT DO NOTHING;
--> statement-breakpoint

-- Every movement says what it is for. What was written before this was asked for stays as it is.
ALTER TABLE posting_sets ADD CONSTRAINT posting_sets_say_why CHECK (
  CASE cause
    WHEN 'usage_deduction' THEN call_id IS NOT NULL
    WHEN 'hold' THEN call_id IS NOT NULL
    WHEN 'release' THEN call_id IS NOT NULL
    WHEN 'purchase' THEN payment_id IS NOT NULL
    WHEN 'refund' THEN project_id IS NOT NULL
    WHEN 'manual_adjustment' THEN actor IS NOT NULL
    WHEN 'initial_grant' THEN true
    WHEN 'referral_bonus' THEN true
    WHEN 'collection' THEN true
    ELSE false
  END) NOT VALID;
--> statement-breakpoint

-- Nothing is sold for nothing, and nothing has half a price.
ALTER TABLE packages ADD CONSTRAINT packages_cost_something
  CHECK (credits_micro > 0 AND price_minor > 0 AND (stars IS NULL OR stars > 0) AND currency ~ '^[a-z]{3}$');
--> statement-breakpoint
ALTER TABLE orders ADD CONSTRAINT orders_cost_something
  CHECK (credits_micro > 0 AND amount_minor > 0 AND currency ~ '^[a-z]{3}$');
--> statement-breakpoint
ALTER TABLE payments ADD CONSTRAINT payments_whole CHECK (
  (paid_minor IS NULL) = (currency IS NULL) AND (paid_minor IS NULL) = (paid_at IS NULL)
  AND coalesce(paid_minor, 1) > 0 AND refunded_minor >= 0 AND credited_micro_credits >= 0);
--> statement-breakpoint
ALTER TABLE referrals ADD CONSTRAINT referrals_of_others CHECK (user_id <> referrer_id);
--> statement-breakpoint

-- A payment is of its order, its order is of its user, and neither changes hands. What was ordered stays as it was ordered.
CREATE FUNCTION orders_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.user_id, NEW.package_id, NEW.credits_micro, NEW.method, NEW.amount_minor, NEW.currency)
    IS DISTINCT FROM (OLD.user_id, OLD.package_id, OLD.credits_micro, OLD.method, OLD.amount_minor, OLD.currency) THEN
    RAISE EXCEPTION 'order % stays as it was ordered', OLD.id;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER orders_stay BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_keep();
--> statement-breakpoint
CREATE FUNCTION payments_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.user_id <> (SELECT user_id FROM orders WHERE id = NEW.order_id) THEN
    RAISE EXCEPTION 'payment % is for the order of somebody else', NEW.id;
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.order_id <> OLD.order_id
    OR (OLD.paid_minor IS NOT NULL AND (NEW.paid_minor, NEW.currency) IS DISTINCT FROM (OLD.paid_minor, OLD.currency))) THEN
    RAISE EXCEPTION 'payment % stays as it was paid', OLD.id;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER payments_stay BEFORE INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION payments_keep();
--> statement-breakpoint
CREATE TRIGGER payments_are_kept BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION append_only();
--> statement-breakpoint

-- A set may be for a payment now.
DROP FUNCTION post_set;
--> statement-breakpoint
CREATE FUNCTION post_set(
  set_id text, cause text, owner text, project text, call text, task text, payment text, actor text, reason text,
  at timestamptz, account_ids text[], amounts bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO posting_sets (id, cause, user_id, project_id, call_id, task_id, payment_id, actor, reason, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM accounts a WHERE a.user_id = owner ORDER BY a.id FOR UPDATE;
  INSERT INTO postings (set_id, line, account_id, amount_micro_credits)
    SELECT $1, line.number - 1, line.account_id, line.amount
    FROM unnest(account_ids, amounts) WITH ORDINALITY AS line(account_id, amount, number)
    WHERE line.amount <> 0;
  RETURN true;
END $$;
--> statement-breakpoint

-- What was paid from the owner's own tab is spending too.
CREATE OR REPLACE FUNCTION spending_of(project text, OUT paid bigint, OUT set_aside bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
  owner text := (SELECT p.user_id FROM projects p WHERE p.id = project);
BEGIN
  SELECT coalesce(-sum(p.amount_micro_credits), 0) INTO paid
    FROM posting_sets s JOIN postings p ON p.set_id = s.id
    WHERE s.project_id = project AND s.cause NOT IN ('hold', 'release')
      AND p.account_id IN ('available:' || owner, 'held:' || owner, 'tab:' || owner);
  SELECT coalesce(sum(h.amount_micro_credits), 0) INTO set_aside
    FROM holds h WHERE h.project_id = project AND h.status = 'open';
END $$;
--> statement-breakpoint

DROP FUNCTION lock_spending;
--> statement-breakpoint
-- Sets the worst case of a call aside, or says why not and with which amounts. One statement: a call is two of these, and
-- every statement is a way to the server and back. The accounts are locked in one order and stay locked until the
-- transaction ends, so that two holds cannot spend the same credit. Each statement of a volatile function sees what was
-- committed before it began: the sums are of after the lock.
CREATE FUNCTION hold_for_call(
  call text, project text, owner text, purse text, amount bigint, cap bigint, at timestamptz,
  OUT refused text, OUT available bigint, OUT committed bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM 1 FROM accounts a WHERE a.user_id = owner ORDER BY a.id FOR UPDATE;
  available := coalesce((SELECT a.balance_micro_credits FROM accounts a WHERE a.id = 'available:' || owner), 0);
  SELECT s.paid + s.set_aside + amount INTO committed FROM spending_of(project) s;
  refused := CASE
    WHEN (SELECT u.frozen FROM users u WHERE u.id = owner) IS NOT NULL THEN 'frozen'
    WHEN committed > cap THEN 'over-cap'
    WHEN purse = 'available' AND amount > available THEN 'too-few-credits'
  END;
  IF refused IS NOT NULL THEN
    RETURN;
  END IF;
  INSERT INTO holds (call_id, project_id, user_id, amount_micro_credits, purse, status)
    VALUES (call, project, owner, amount, purse, 'open');
  PERFORM post_set('hold:' || call, 'hold', owner, project, call, NULL, NULL, NULL, 'Set aside for a model call', at,
    ARRAY[purse || ':' || owner, 'held:' || owner], ARRAY[-amount, amount]);
END $$;
--> statement-breakpoint

-- Which of the accounts of a kind a project or user falls to: 64 of a kind, by the second byte of a hash.
CREATE FUNCTION shard_of(spread_by text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (get_byte(sha256(convert_to(spread_by, 'UTF8')), 1) % 64)::text
$$;
--> statement-breakpoint

-- Charges a finished call and gives back what its hold has left; returns what the user paid. What is charged above the
-- hold, or after the hold was released, falls to the platform.
CREATE FUNCTION capture_call(call text, charge bigint, cost bigint, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  h holds;
  set_aside bigint;
  paid bigint;
  shard text;
BEGIN
  SELECT * INTO h FROM holds WHERE call_id = call FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'call % has no hold', call;
  END IF;
  IF h.status = 'captured' THEN
    RAISE EXCEPTION 'call % is captured once', call;
  END IF;
  IF charge < 0 OR cost < 0 THEN
    RAISE EXCEPTION 'call % costs nothing or more', call;
  END IF;
  set_aside := CASE h.status WHEN 'open' THEN h.amount_micro_credits ELSE 0 END;
  paid := least(charge, set_aside);
  shard := shard_of(h.project_id);
  UPDATE holds SET status = 'captured' WHERE call_id = call;
  PERFORM post_set('capture:' || call, 'usage_deduction', h.user_id, h.project_id, call, NULL, NULL, NULL, 'A model call', at,
    ARRAY['held:' || h.user_id, h.purse || ':' || h.user_id, 'revenue#' || shard, 'providers#' || shard, 'overrun#' || shard],
    ARRAY[-set_aside, set_aside - paid, charge - cost, cost, paid - charge]);
  RETURN paid;
END $$;
--> statement-breakpoint

-- What users see of the books.
DROP VIEW credit_transactions;
--> statement-breakpoint
CREATE VIEW credit_transactions AS
  SELECT s.id, s.cause AS type, s.user_id, coalesce(moved.amount, 0)::bigint AS amount_micro_credits,
    s.call_id AS usage_id, s.project_id, coalesce(s.task_id, c.task_id) AS task_id, s.payment_id,
    s.id AS idempotency_key, s.actor, s.reason, s.at
  FROM posting_sets s
  LEFT JOIN calls c ON c.id = s.call_id
  LEFT JOIN LATERAL (
    SELECT sum(p.amount_micro_credits) AS amount
    FROM postings p JOIN accounts a ON a.id = p.account_id
    WHERE p.set_id = s.id AND a.user_id = s.user_id
  ) AS moved ON true
  WHERE s.cause NOT IN ('hold', 'release') AND s.cause <> 'collection';
