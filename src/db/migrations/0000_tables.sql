CREATE TABLE "acceptance_tests" (
	"project_id" text NOT NULL,
	"path" text NOT NULL,
	"criterion" text NOT NULL,
	"due_after" text NOT NULL,
	"hidden" boolean NOT NULL,
	"content" text NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "acceptance_tests_project_id_path_pk" PRIMARY KEY("project_id","path")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" text,
	"balance_micro_credits" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"project_id" text NOT NULL,
	"task_id" text NOT NULL,
	"number" integer NOT NULL,
	"series" integer NOT NULL,
	"result" text NOT NULL,
	"changes" jsonb NOT NULL,
	"applied" jsonb NOT NULL,
	"checks" jsonb NOT NULL,
	"verdict" jsonb,
	"problem" text NOT NULL,
	"signature" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "attempts_project_id_task_id_number_pk" PRIMARY KEY("project_id","task_id","number")
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"step" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"prompt_sha256" text NOT NULL,
	"try_number" integer NOT NULL,
	"kind" text NOT NULL,
	"task_id" text,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"status" text NOT NULL,
	"repeats" integer NOT NULL,
	"answer" text,
	"failure" jsonb,
	"generation_id" text,
	"input_tokens" integer NOT NULL,
	"cached_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"thinking_tokens" integer NOT NULL,
	"raw_usage" jsonb,
	"rate" jsonb NOT NULL,
	"named_pico_usd" bigint,
	"cost_pico_usd" bigint NOT NULL,
	"charge_micro_credits" bigint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"latency_ms" integer
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"project_id" text NOT NULL,
	"number" integer NOT NULL,
	"commit" text NOT NULL,
	"tree_sha256" text NOT NULL,
	"zip" "bytea" NOT NULL,
	"proof" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "deliveries_project_id_number_pk" PRIMARY KEY("project_id","number")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"project_id" text NOT NULL,
	"seq" integer NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "events_project_id_seq_pk" PRIMARY KEY("project_id","seq")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"call_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"amount_micro_credits" bigint NOT NULL,
	"status" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_pricing" (
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"input_pico_usd" bigint NOT NULL,
	"cached_pico_usd" bigint NOT NULL,
	"output_pico_usd" bigint NOT NULL,
	"active" boolean NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "model_pricing_provider_model_valid_from_pk" PRIMARY KEY("provider","model","valid_from")
);
--> statement-breakpoint
CREATE TABLE "posting_sets" (
	"id" text PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"user_id" text NOT NULL,
	"project_id" text,
	"call_id" text,
	"task_id" text,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"set_id" text NOT NULL,
	"line" integer NOT NULL,
	"account_id" text NOT NULL,
	"amount_micro_credits" bigint NOT NULL,
	CONSTRAINT "postings_set_id_line_pk" PRIMARY KEY("set_id","line")
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"description" text NOT NULL,
	"state" text NOT NULL,
	"back_state" text,
	"step" integer NOT NULL,
	"epoch" integer NOT NULL,
	"paused" jsonb,
	"file" jsonb NOT NULL,
	"cap_micro_credits" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"project_id" text NOT NULL,
	"id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"task" jsonb NOT NULL,
	"status" text NOT NULL,
	"commit" text,
	CONSTRAINT "tasks_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "acceptance_tests" ADD CONSTRAINT "acceptance_tests_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD CONSTRAINT "posting_sets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD CONSTRAINT "posting_sets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posting_sets" ADD CONSTRAINT "posting_sets_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_set_id_posting_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "public"."posting_sets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_by_user" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_once" ON "calls" USING btree ("project_id","step","ordinal","prompt_sha256","try_number");--> statement-breakpoint
CREATE INDEX "holds_by_project" ON "holds" USING btree ("project_id","status");--> statement-breakpoint
CREATE INDEX "postings_by_account" ON "postings" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "projects_by_user" ON "projects" USING btree ("user_id","created_at");