ALTER TABLE "calls" ADD COLUMN "epoch" integer;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD COLUMN "actor" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "credit_balance" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD CONSTRAINT "posting_sets_actor_users_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_under_way" ON "calls" USING btree ("started_at") WHERE status = 'started';--> statement-breakpoint
CREATE INDEX "posting_sets_by_user" ON "posting_sets" USING btree ("user_id","at","id") WHERE cause not in ('hold', 'release');--> statement-breakpoint
CREATE INDEX "posting_sets_by_project" ON "posting_sets" USING btree ("project_id") WHERE cause not in ('hold', 'release');--> statement-breakpoint

-- The platform's accounts, spread over so many rows of a kind (SHARDS in billing/ledger.ts) that calls which end at the
-- same moment seldom wait for one another. Those that stand already are kept, with what is on them.
INSERT INTO accounts (id, kind, balance_micro_credits)
  SELECT kind || '#' || shard, kind, 0
  FROM unnest(ARRAY['revenue', 'promotions', 'refunds', 'overrun', 'adjustments']) AS kind, generate_series(0, 63) AS shard
  ON CONFLICT DO NOTHING;
--> statement-breakpoint

-- Writes one set of postings, once, and says whether it did. In one statement, because a model call is two sets and every
-- statement is a way to the server and back. The accounts of the user are locked in one order, so that two transactions
-- never wait for each other.
CREATE FUNCTION post_set(
  set_id text, cause text, owner text, project text, call text, task text, actor text, reason text, at timestamptz,
  account_ids text[], amounts bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO posting_sets (id, cause, user_id, project_id, call_id, task_id, actor, reason, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM accounts a WHERE a.user_id = owner ORDER BY a.id FOR UPDATE;
  INSERT INTO postings (set_id, line, account_id, amount_micro_credits)
    SELECT $1, line.number - 1, line.account_id, line.amount
    FROM unnest(account_ids, amounts) WITH ORDINALITY AS line(account_id, amount, number);
  RETURN true;
END $$;
--> statement-breakpoint

-- What a project has cost its user, refunds taken off, and what its open holds set aside.
CREATE FUNCTION spending_of(project text, OUT paid bigint, OUT set_aside bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
  owner text := (SELECT p.user_id FROM projects p WHERE p.id = project);
BEGIN
  SELECT coalesce(-sum(p.amount_micro_credits), 0) INTO paid
    FROM posting_sets s JOIN postings p ON p.set_id = s.id
    WHERE s.project_id = project AND s.cause NOT IN ('hold', 'release')
      AND p.account_id IN ('available:' || owner, 'held:' || owner);
  SELECT coalesce(sum(h.amount_micro_credits), 0) INTO set_aside
    FROM holds h WHERE h.project_id = project AND h.status = 'open';
END $$;
--> statement-breakpoint

-- The same with what the user has available, whose accounts stay locked until the transaction ends. Each statement of a
-- volatile function sees what was committed before it began, so that the sums are of after the lock.
CREATE FUNCTION lock_spending(
  owner text, project text, OUT available bigint, OUT paid bigint, OUT set_aside bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM 1 FROM accounts a WHERE a.user_id = owner ORDER BY a.id FOR UPDATE;
  available := coalesce(
    (SELECT a.balance_micro_credits FROM accounts a WHERE a.user_id = owner AND a.kind = 'available'), 0);
  SELECT s.paid, s.set_aside INTO paid, set_aside FROM spending_of(project) s;
END $$;
--> statement-breakpoint

-- What a user has is shown in their own row too, and follows the account.
UPDATE users SET credit_balance = a.balance_micro_credits
  FROM accounts a WHERE a.user_id = users.id AND a.kind = 'available';
--> statement-breakpoint
CREATE FUNCTION show_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET credit_balance = NEW.balance_micro_credits WHERE id = NEW.user_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER accounts_show_balances AFTER UPDATE OF balance_micro_credits ON accounts
  FOR EACH ROW WHEN (NEW.kind = 'available') EXECUTE FUNCTION show_balance();
--> statement-breakpoint
CREATE TRIGGER users_begin_empty BEFORE INSERT ON users
  FOR EACH ROW WHEN (NEW.credit_balance <> 0) EXECUTE FUNCTION balance_by_hand();
--> statement-breakpoint
CREATE TRIGGER users_follow_accounts BEFORE UPDATE OF credit_balance ON users
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION balance_by_hand();
--> statement-breakpoint

-- What users see of the books. Holds and releases move credits between what is available and what is set aside, and change
-- nothing that anybody has. There are no payments yet.
CREATE VIEW credit_transactions AS
  SELECT s.id, s.cause AS type, s.user_id, coalesce(moved.amount, 0)::bigint AS amount_micro_credits,
    s.call_id AS usage_id, s.project_id, coalesce(s.task_id, c.task_id) AS task_id, NULL::text AS payment_id,
    s.id AS idempotency_key, s.actor, s.reason, s.at
  FROM posting_sets s
  LEFT JOIN calls c ON c.id = s.call_id
  LEFT JOIN LATERAL (
    SELECT sum(p.amount_micro_credits) AS amount
    FROM postings p JOIN accounts a ON a.id = p.account_id
    WHERE p.set_id = s.id AND a.user_id = s.user_id
  ) AS moved ON true
  WHERE s.cause NOT IN ('hold', 'release');
