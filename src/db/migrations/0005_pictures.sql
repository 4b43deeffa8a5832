CREATE TABLE "pictures" (
	"project_id" text NOT NULL,
	"delivery" integer NOT NULL,
	"name" text NOT NULL,
	"ordinal" integer NOT NULL,
	"path" text NOT NULL,
	"size" text NOT NULL,
	"title" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"png" "bytea" NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "pictures_project_id_delivery_name_pk" PRIMARY KEY("project_id","delivery","name"),
	CONSTRAINT "pictures_bounded" CHECK (octet_length("pictures"."png") BETWEEN 1 AND 1048576),
	CONSTRAINT "pictures_sized" CHECK ("pictures"."width" BETWEEN 1 AND 2048 AND "pictures"."height" BETWEEN 1 AND 2048)
);
--> statement-breakpoint
ALTER TABLE "pictures" ADD CONSTRAINT "pictures_project_id_delivery_deliveries_project_id_number_fk" FOREIGN KEY ("project_id","delivery") REFERENCES "public"."deliveries"("project_id","number") ON DELETE no action ON UPDATE no action;