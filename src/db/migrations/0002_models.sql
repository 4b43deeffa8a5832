CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"says" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"label" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"master_fingerprint" text NOT NULL,
	"fingerprint" text NOT NULL,
	"last_four" text NOT NULL,
	"origin" text NOT NULL,
	"status" text NOT NULL,
	"disabled_reason" text,
	"cooled_until" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "engine_runs" (
	"id" text PRIMARY KEY NOT NULL,
	"token_sha256" text NOT NULL,
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"epoch" integer NOT NULL,
	"step" integer NOT NULL,
	"task_id" text,
	"role" text NOT NULL,
	"cap_micro_credits" bigint NOT NULL,
	"calls_max" integer NOT NULL,
	"calls" integer NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "engine_runs_token_sha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
ALTER TABLE "calls" ALTER COLUMN "project_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "key_id" text;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "role" text NOT NULL DEFAULT 'implementer';--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "cache_written_tokens" integer NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "images" integer NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "tool_calls" jsonb;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "lost_pico_usd" bigint NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "first_token_ms" integer;--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "cache_written_pico_usd" bigint;--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "thinking_pico_usd" bigint;--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "image_pico_usd" bigint NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "tiers" jsonb NOT NULL DEFAULT '[]';--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "currency" text NOT NULL DEFAULT 'USD';--> statement-breakpoint
ALTER TABLE "model_pricing" ADD COLUMN "source" text NOT NULL DEFAULT 'catalogue';--> statement-breakpoint
ALTER TABLE "engine_runs" ADD CONSTRAINT "engine_runs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engine_runs" ADD CONSTRAINT "engine_runs_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_once" ON "alerts" USING btree ("kind","subject") WHERE seen_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_once" ON "api_keys" USING btree ("provider","fingerprint");--> statement-breakpoint
CREATE INDEX "api_keys_by_use" ON "api_keys" USING btree ("provider","last_used_at");--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_by_key" ON "calls" USING btree ("key_id");--> statement-breakpoint

-- What stands already gets what is true of it.
ALTER TABLE "calls" ALTER COLUMN "role" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "calls" ALTER COLUMN "cache_written_tokens" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "calls" ALTER COLUMN "images" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "calls" ALTER COLUMN "lost_pico_usd" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "image_pico_usd" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "tiers" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "currency" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "source" DROP DEFAULT;
--> statement-breakpoint
UPDATE "model_pricing" SET "cache_written_pico_usd" = "input_pico_usd";
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "cache_written_pico_usd" SET NOT NULL;
--> statement-breakpoint
UPDATE "model_pricing" SET "thinking_pico_usd" = "output_pico_usd";
--> statement-breakpoint
ALTER TABLE "model_pricing" ALTER COLUMN "thinking_pico_usd" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "calls" DROP CONSTRAINT "calls_count_tokens";
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_count_tokens" CHECK (
  cached_tokens >= 0 AND cache_written_tokens >= 0 AND cached_tokens + cache_written_tokens <= input_tokens
  AND output_tokens >= 0 AND thinking_tokens BETWEEN 0 AND output_tokens AND images >= 0 AND lost_pico_usd >= 0);
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_of_projects" CHECK ((project_id IS NULL) = (kind = 'doctor'));
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_of_doctors_are_free" CHECK (kind <> 'doctor' OR charge_micro_credits = 0);
