CREATE TABLE "access_request" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "person_name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "requested_at" INTEGER NOT NULL,
    "decided_at" INTEGER NULL,
    "decided_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "given" TEXT NOT NULL,
    CONSTRAINT "pk_access_request" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "access_rule" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "mail_domain" TEXT NOT NULL,
    "role" TEXT NULL,
    "virtual_accounts" TEXT NOT NULL,
    "includes_children" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "pk_access_rule" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "access_token" (
    "token_hash" BLOB NOT NULL CONSTRAINT "pk_access_token" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "api_client_id" INTEGER NOT NULL,
    "person_id" INTEGER NULL,
    "family" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "issued_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL
);


CREATE TABLE "account" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_account" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "root_domain" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "headquarters" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "party_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "export_permitted" INTEGER NOT NULL,
    "holds_restricted_licenses" INTEGER NOT NULL,
    "specific_reservation" INTEGER NOT NULL,
    "universal_reservation" INTEGER NOT NULL,
    "agreement_version" INTEGER NULL
);


CREATE TABLE "account_head" (
    "account_id" INTEGER NOT NULL CONSTRAINT "pk_account_head" PRIMARY KEY,
    "event_seq" INTEGER NOT NULL,
    "event_hash" BLOB NOT NULL,
    "entry_seq" INTEGER NOT NULL,
    "entry_hash" BLOB NOT NULL,
    "audit_seq" INTEGER NOT NULL,
    "audit_hash" BLOB NOT NULL
);


CREATE TABLE "account_merger" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_account_merger" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "from_account_id" INTEGER NOT NULL,
    "into_account_id" INTEGER NOT NULL,
    "into_is_new" INTEGER NOT NULL,
    "note" TEXT NOT NULL,
    "virtual_accounts" INTEGER NOT NULL,
    "licenses" INTEGER NOT NULL,
    "devices" INTEGER NOT NULL,
    "made_at" INTEGER NOT NULL,
    "made_by" TEXT NOT NULL,
    "undo_until" INTEGER NOT NULL,
    "ended_at" INTEGER NULL,
    "ended_by" TEXT NOT NULL
);


CREATE TABLE "account_merger_place" (
    "merger_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "name_before" TEXT NOT NULL,
    "name_after" TEXT NOT NULL,
    "parent_before" INTEGER NULL,
    "was_default" INTEGER NOT NULL,
    CONSTRAINT "pk_account_merger_place" PRIMARY KEY ("merger_id", "virtual_account_id")
);


CREATE TABLE "account_merger_role" (
    "merger_id" INTEGER NOT NULL,
    "grant_id" INTEGER NOT NULL,
    "is_given" INTEGER NOT NULL,
    "person_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "group_id" INTEGER NULL,
    "role" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "includes_children" INTEGER NOT NULL,
    "granted_at" INTEGER NOT NULL,
    "granted_by" TEXT NOT NULL,
    "source_id" INTEGER NULL,
    CONSTRAINT "pk_account_merger_role" PRIMARY KEY ("merger_id", "grant_id")
);


CREATE TABLE "account_merger_thing" (
    "merger_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "other_id" INTEGER NOT NULL,
    "before" TEXT NOT NULL,
    CONSTRAINT "pk_account_merger_thing" PRIMARY KEY ("merger_id", "kind", "id", "other_id")
);


CREATE TABLE "account_request" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_account_request" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "root_domain" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "authority" TEXT NOT NULL,
    "requester_id" INTEGER NULL,
    "requester_name" TEXT NOT NULL,
    "requester_email" TEXT NOT NULL,
    "approver_email" TEXT NOT NULL,
    "approver_name" TEXT NOT NULL,
    "approver_id" INTEGER NULL,
    "note" TEXT NOT NULL,
    "domain_reason" TEXT NOT NULL,
    "headquarters" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "requester_sets_up" INTEGER NOT NULL,
    "code_hash" BLOB NULL,
    "code_ends_at" INTEGER NULL,
    "requested_at" INTEGER NOT NULL,
    "decided_at" INTEGER NULL,
    "decided_by" TEXT NOT NULL,
    "decline_reason" TEXT NOT NULL,
    "account_id" INTEGER NULL
);


CREATE TABLE "agreement" (
    "version" INTEGER NOT NULL CONSTRAINT "pk_agreement" PRIMARY KEY,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "text_hash" BLOB NOT NULL,
    "published_at" INTEGER NOT NULL
);


CREATE TABLE "agreement_acceptance" (
    "account_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "person_name" TEXT NOT NULL,
    "accepted_at" INTEGER NOT NULL,
    "text_hash" BLOB NOT NULL,
    CONSTRAINT "pk_agreement_acceptance" PRIMARY KEY ("account_id", "version")
);


CREATE TABLE "alert" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "entitlement_id" INTEGER NULL,
    "device_id" INTEGER NULL,
    "count" INTEGER NOT NULL,
    "period" INTEGER NOT NULL,
    "message" TEXT NOT NULL,
    "raised_at" INTEGER NOT NULL,
    "due_at" INTEGER NULL,
    "hidden_until" INTEGER NULL,
    "told_in" INTEGER NULL,
    "closed_at" INTEGER NULL,
    "closed_by" TEXT NOT NULL,
    "sort_key" AS (case level when 'Major' then 0 when 'Minor' then 1 else 2 end * 1000000000000 + coalesce(due_at, 0)) STORED,
    CONSTRAINT "pk_alert" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "alert_change" (
    "account_id" INTEGER NOT NULL,
    "alert_id" INTEGER NOT NULL,
    "change" TEXT NOT NULL,
    CONSTRAINT "pk_alert_change" PRIMARY KEY ("account_id", "alert_id", "change")
);


CREATE TABLE "alert_hiding" (
    "account_id" INTEGER NOT NULL,
    "holder_key" TEXT NOT NULL,
    "alert_id" INTEGER NOT NULL,
    "until" INTEGER NULL,
    CONSTRAINT "pk_alert_hiding" PRIMARY KEY ("account_id", "holder_key", "alert_id")
);


CREATE TABLE "api_client" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "client_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hash" BLOB NOT NULL,
    "secret_renewed_at" INTEGER NULL,
    "previous_secret_hash" BLOB NULL,
    "previous_secret_ends_at" INTEGER NULL,
    "previous_secret_used_at" INTEGER NULL,
    "scopes" TEXT NOT NULL,
    "redirect_uris" TEXT NOT NULL,
    "operator_role" TEXT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NULL,
    "end_told_at" INTEGER NULL,
    "last_used_at" INTEGER NULL,
    "revoked_at" INTEGER NULL,
    CONSTRAINT "pk_api_client" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "api_client_directory" (
    "client_id" TEXT NOT NULL CONSTRAINT "pk_api_client_directory" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "api_client_id" INTEGER NOT NULL
);


CREATE TABLE "audit_entry" (
    "account_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "command" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" INTEGER NOT NULL,
    "actor_name" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "changes" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    CONSTRAINT "pk_audit_entry" PRIMARY KEY ("account_id", "seq")
);


CREATE TABLE "authenticator_app" (
    "person_id" INTEGER NOT NULL CONSTRAINT "pk_authenticator_app" PRIMARY KEY,
    "sealed_key" BLOB NOT NULL,
    "offered_at" INTEGER NOT NULL,
    "confirmed_at" INTEGER NULL,
    "last_step" INTEGER NOT NULL
);


CREATE TABLE "authority_key" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_authority_key" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "certificate" BLOB NOT NULL,
    "sealed_private_key" BLOB NULL,
    "not_before" INTEGER NOT NULL,
    "not_after" INTEGER NOT NULL,
    "retired_at" INTEGER NULL
);


CREATE TABLE "configuration_change" (
    "account_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "flag" TEXT NOT NULL,
    "is_enabled" INTEGER NOT NULL,
    "notes" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    CONSTRAINT "pk_configuration_change" PRIMARY KEY ("account_id", "seq")
);


CREATE TABLE "custom_tag" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "is_required" INTEGER NOT NULL,
    "allows_several" INTEGER NOT NULL,
    CONSTRAINT "pk_custom_tag" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "custom_tag_value" (
    "account_id" INTEGER NOT NULL,
    "tag_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "text_key" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    CONSTRAINT "pk_custom_tag_value" PRIMARY KEY ("account_id", "tag_id", "id")
);


CREATE TABLE "daily_mail" (
    "account_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "next_at" INTEGER NOT NULL,
    "last_telling" INTEGER NOT NULL,
    CONSTRAINT "pk_daily_mail" PRIMARY KEY ("account_id", "person_id")
);


CREATE TABLE "delegation" (
    "secret_hash" BLOB NOT NULL CONSTRAINT "pk_delegation" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "account_id" INTEGER NOT NULL,
    "api_client_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "scopes" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "challenge" TEXT NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "spent_at" INTEGER NULL
);


CREATE TABLE "device" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "product_id" INTEGER NOT NULL,
    "piid" TEXT NOT NULL,
    "udi_pid" TEXT NOT NULL,
    "udi_serial_number" TEXT NOT NULL,
    "udi_vid" TEXT NOT NULL,
    "uuid" TEXT NOT NULL,
    "suvi" TEXT NOT NULL,
    "host_identifier" TEXT NOT NULL,
    "mac_address" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "search_text" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "export_allowed" INTEGER NOT NULL,
    "registered_at" INTEGER NOT NULL,
    "last_contact_at" INTEGER NOT NULL,
    "removed_at" INTEGER NULL,
    "silence_stage" INTEGER NOT NULL,
    "certificate_serial" TEXT NOT NULL,
    "previous_certificate_serial" TEXT NULL,
    "certificate_ends_at" INTEGER NOT NULL,
    "key_fingerprint" BLOB NOT NULL,
    "authorized_at" INTEGER NULL,
    "told_out_of_compliance" INTEGER NOT NULL,
    "units" TEXT NOT NULL DEFAULT '',
    "ha_sequence" INTEGER NOT NULL DEFAULT 0,
    "detached_at" INTEGER NULL,
    "detached_until" INTEGER NULL,
    "silence_from" INTEGER NULL,
    CONSTRAINT "pk_device" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "device_addition" (
    "udi" TEXT NOT NULL,
    "product_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "added_by" TEXT NOT NULL,
    CONSTRAINT "pk_device_addition" PRIMARY KEY ("udi", "product_id", "entitlement_id")
);


CREATE TABLE "device_answer" (
    "nonce_hash" BLOB NOT NULL CONSTRAINT "pk_device_answer" PRIMARY KEY,
    "request_hash" BLOB NOT NULL,
    "response" TEXT NOT NULL,
    "awaits_signature" INTEGER NOT NULL,
    "at" INTEGER NOT NULL
);


CREATE TABLE "device_directory" (
    "udi" TEXT NOT NULL,
    "product_id" INTEGER NOT NULL,
    "piid" TEXT NOT NULL,
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    CONSTRAINT "pk_device_directory" PRIMARY KEY ("udi", "product_id")
);


CREATE TABLE "entitlement" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_entitlement" PRIMARY KEY,
    "tag" TEXT NOT NULL,
    "tag_uuid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "enforcement" TEXT NOT NULL,
    "tier_group" TEXT NULL,
    "tier_rank" INTEGER NOT NULL,
    "is_reporting_only" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL
);


CREATE TABLE "event" (
    "account_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "other_virtual_account_id" INTEGER NULL,
    "entitlement_id" INTEGER NULL,
    "device_id" INTEGER NULL,
    "actor_name" TEXT NOT NULL,
    "actor_is_staff" INTEGER NOT NULL,
    "hash" BLOB NOT NULL,
    CONSTRAINT "pk_event" PRIMARY KEY ("account_id", "seq")
);


CREATE TABLE "group_span" (
    "group_id" INTEGER NOT NULL,
    "target_account_id" INTEGER NOT NULL,
    "home_account_id" INTEGER NOT NULL,
    "group_name" TEXT NOT NULL,
    "lookup_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_by_email" TEXT NOT NULL,
    "requested_at" INTEGER NOT NULL,
    "answered_by" TEXT NOT NULL,
    "answered_at" INTEGER NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "pk_group_span" PRIMARY KEY ("group_id", "target_account_id")
);


CREATE TABLE "holding" (
    "account_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "held" INTEGER NOT NULL,
    "firm" INTEGER NOT NULL,
    "in_transition" INTEGER NOT NULL,
    "locked" INTEGER NOT NULL,
    CONSTRAINT "pk_holding" PRIMARY KEY ("account_id", "line_id", "virtual_account_id"),
    CONSTRAINT "holding_bound" CHECK (held >= 0 and firm >= 0 and in_transition >= 0 and locked >= 0 and firm + in_transition + locked <= held)
);


CREATE TABLE "id_block" (
    "kind" TEXT NOT NULL CONSTRAINT "pk_id_block" PRIMARY KEY,
    "next" INTEGER NOT NULL
);


CREATE TABLE "idempotency_record" (
    "actor_key" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" BLOB NOT NULL,
    "response" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "pk_idempotency_record" PRIMARY KEY ("actor_key", "key")
);


CREATE TABLE "identity_certificate" (
    "serial" TEXT NOT NULL CONSTRAINT "pk_identity_certificate" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "piid" TEXT NOT NULL,
    "issuing_key_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "content_hash" BLOB NOT NULL,
    "not_before" INTEGER NOT NULL,
    "not_after" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL,
    "revocation_reason" TEXT NOT NULL
);


CREATE TABLE "inbox_message" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_inbox_message" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "category" TEXT NULL,
    "text" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "due_at" INTEGER NULL,
    "person_id" INTEGER NULL,
    "person_name" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "contact_email" TEXT NOT NULL,
    "contact_phone" TEXT NOT NULL,
    "contact" TEXT NULL,
    "time_zone" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "answered_by" TEXT NOT NULL,
    "answered_at" INTEGER NULL
);


CREATE TABLE "installation_fact" (
    "name" TEXT NOT NULL CONSTRAINT "pk_installation_fact" PRIMARY KEY,
    "value" TEXT NOT NULL
);


CREATE TABLE "issued_authorization" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "made_at" INTEGER NOT NULL,
    "confirmed_at" INTEGER NULL,
    "ended_at" INTEGER NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "pk_issued_authorization" PRIMARY KEY ("account_id", "device_id", "number")
);


CREATE TABLE "issued_trust" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "udi" TEXT NOT NULL,
    "public_key" BLOB NOT NULL,
    "valid_from" INTEGER NOT NULL,
    "valid_until" INTEGER NOT NULL,
    "ended_at" INTEGER NULL,
    CONSTRAINT "pk_issued_trust" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "job" (
    "name" TEXT NOT NULL CONSTRAINT "pk_job" PRIMARY KEY,
    "leased_by" TEXT NOT NULL,
    "leased_until" INTEGER NOT NULL,
    "last_run_at" INTEGER NULL,
    "next_due_at" INTEGER NOT NULL,
    "last_result" TEXT NOT NULL
);


CREATE TABLE "ledger_entry" (
    "account_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "transaction_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "from_kind" TEXT NOT NULL,
    "from_id" INTEGER NOT NULL,
    "to_kind" TEXT NOT NULL,
    "to_id" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_is_staff" INTEGER NOT NULL,
    "notes" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    CONSTRAINT "pk_ledger_entry" PRIMARY KEY ("account_id", "seq"),
    CONSTRAINT "ledger_entry_quantity" CHECK (quantity > 0)
);


CREATE TABLE "license_configuration" (
    "account_id" INTEGER NOT NULL CONSTRAINT "pk_license_configuration" PRIMARY KEY,
    "add_to_inventory" INTEGER NOT NULL,
    "show_transaction_details" INTEGER NOT NULL
);


CREATE TABLE "license_line" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "billing" TEXT NOT NULL,
    "license_type" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "acquired_at" INTEGER NOT NULL,
    "starts_on" TEXT NULL,
    "ends_on" TEXT NULL,
    "ends_at" INTEGER NULL,
    "canceled_at" INTEGER NULL,
    "source" TEXT NOT NULL,
    "order_number" TEXT NOT NULL,
    "order_line" TEXT NOT NULL,
    "web_order_id" TEXT NOT NULL,
    "purchase_order" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "product_family" TEXT NOT NULL,
    "customer_name" TEXT NOT NULL,
    "ship_to_country" TEXT NOT NULL,
    "subscription_id" TEXT NOT NULL,
    "product_sku" TEXT NOT NULL,
    "product_serial" TEXT NOT NULL,
    "device_details" TEXT NOT NULL,
    "pak" TEXT NOT NULL,
    "suite_name" TEXT NOT NULL,
    "source_transaction_id" TEXT NOT NULL,
    "is_upgrade" INTEGER NOT NULL,
    "came_from_account_id" INTEGER NULL,
    "came_from_line_id" INTEGER NULL,
    CONSTRAINT "pk_license_line" PRIMARY KEY ("account_id", "id"),
    CONSTRAINT "license_line_quantity" CHECK (quantity >= 0)
);


CREATE TABLE "license_lock" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    CONSTRAINT "pk_license_lock" PRIMARY KEY ("account_id", "device_id", "line_id"),
    CONSTRAINT "license_lock_quantity" CHECK (quantity > 0)
);


CREATE TABLE "license_tag" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    CONSTRAINT "pk_license_tag" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "license_tag_use" (
    "account_id" INTEGER NOT NULL,
    "tag_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    CONSTRAINT "pk_license_tag_use" PRIMARY KEY ("account_id", "tag_id", "entitlement_id", "line_id")
);


CREATE TABLE "license_transfer" (
    "account_id" INTEGER NOT NULL,
    "transaction_id" INTEGER NOT NULL,
    "from_virtual_account_id" INTEGER NOT NULL,
    "to_virtual_account_id" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "tags_travelled" INTEGER NOT NULL,
    "undone_by" INTEGER NULL,
    CONSTRAINT "pk_license_transfer" PRIMARY KEY ("account_id", "transaction_id")
);


CREATE TABLE "license_use" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "billing" TEXT NOT NULL DEFAULT 'Prepaid',
    "requested" INTEGER NOT NULL,
    "released" INTEGER NOT NULL,
    "is_locked" INTEGER NOT NULL,
    "application" TEXT NULL,
    "application_role" TEXT NULL,
    "unit_key" TEXT NULL,
    "peer_key" TEXT NULL,
    "covered" INTEGER NOT NULL DEFAULT 0,
    "since" INTEGER NOT NULL,
    CONSTRAINT "pk_license_use" PRIMARY KEY ("account_id", "device_id", "entitlement_id"),
    CONSTRAINT "license_use_requested" CHECK (requested > 0)
);


CREATE TABLE "mail" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_mail" PRIMARY KEY,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "sealed_body" BLOB NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "next_try_at" INTEGER NOT NULL,
    "sent_at" INTEGER NULL,
    "last_error" TEXT NOT NULL
);


CREATE TABLE "mail_mark" (
    "account_id" INTEGER NOT NULL CONSTRAINT "pk_mail_mark" PRIMARY KEY,
    "telling" INTEGER NOT NULL,
    "event_seq" INTEGER NOT NULL,
    "alerts_since" INTEGER NOT NULL
);


CREATE TABLE "mail_subscription" (
    "account_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "topic" TEXT NOT NULL,
    CONSTRAINT "pk_mail_subscription" PRIMARY KEY ("account_id", "person_id", "topic")
);


CREATE TABLE "notice_mute" (
    "person_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    CONSTRAINT "pk_notice_mute" PRIMARY KEY ("person_id", "account_id", "kind")
);


CREATE TABLE "operator_grant" (
    "person_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    CONSTRAINT "pk_operator_grant" PRIMARY KEY ("person_id", "role")
);


CREATE TABLE "person" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_person" PRIMARY KEY,
    "display_name" TEXT NOT NULL,
    "mail_domain" TEXT NOT NULL,
    "email" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "last_sign_in_at" INTEGER NULL,
    "is_disabled" INTEGER NOT NULL,
    "source_id" INTEGER NULL,
    "user_name" TEXT NULL,
    "normalized_user_name" TEXT NULL,
    "normalized_email" TEXT NULL,
    "email_confirmed" INTEGER NOT NULL,
    "password_hash" TEXT NULL,
    "security_stamp" TEXT NULL,
    "concurrency_stamp" TEXT NULL,
    "phone_number" TEXT NULL,
    "phone_number_confirmed" INTEGER NOT NULL,
    "two_factor_enabled" INTEGER NOT NULL,
    "lockout_end" INTEGER NULL,
    "lockout_enabled" INTEGER NOT NULL,
    "access_failed_count" INTEGER NOT NULL
);


CREATE TABLE "policy_choice" (
    "account_id" INTEGER NOT NULL CONSTRAINT "pk_policy_choice" PRIMARY KEY,
    "number" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "text" TEXT NULL
);


CREATE TABLE "pool" (
    "account_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "billing" TEXT NOT NULL,
    "purchased" INTEGER NOT NULL,
    "pending" INTEGER NOT NULL,
    "firm" INTEGER NOT NULL,
    "in_transition" INTEGER NOT NULL,
    "uncovered" INTEGER NOT NULL,
    "locked" INTEGER NOT NULL,
    "in_use" INTEGER NOT NULL,
    "short_since" INTEGER NULL,
    "warn_at_percent" INTEGER NULL,
    "warn_below" INTEGER NULL,
    "threshold_since" INTEGER NULL,
    "lent" INTEGER NOT NULL,
    "borrowed" INTEGER NOT NULL,
    CONSTRAINT "pk_pool" PRIMARY KEY ("account_id", "virtual_account_id", "entitlement_id", "billing"),
    CONSTRAINT "pool_not_negative" CHECK (purchased >= 0 and pending >= 0 and firm >= 0 and in_transition >= 0 and uncovered >= 0 and locked >= 0 and in_use >= locked and lent >= 0 and borrowed >= 0)
);


CREATE TABLE "pool_history" (
    "account_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "billing" TEXT NOT NULL,
    "hour" INTEGER NOT NULL,
    "purchased" INTEGER NOT NULL,
    "in_use" INTEGER NOT NULL,
    "reserved" INTEGER NOT NULL,
    "peak_in_use" INTEGER NOT NULL,
    "pending" INTEGER NOT NULL,
    "in_transition" INTEGER NOT NULL,
    "lent" INTEGER NOT NULL,
    "borrowed" INTEGER NOT NULL,
    "short_since" INTEGER NULL,
    "recovered_at" INTEGER NULL,
    CONSTRAINT "pk_pool_history" PRIMARY KEY ("account_id", "virtual_account_id", "entitlement_id", "billing", "hour")
);


CREATE TABLE "product" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_product" PRIMARY KEY,
    "tag" TEXT NOT NULL,
    "tag_uuid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "pids" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);


CREATE TABLE "product_entitlement" (
    "product_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    CONSTRAINT "pk_product_entitlement" PRIMARY KEY ("product_id", "entitlement_id")
);


CREATE TABLE "product_inclusion" (
    "product_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    CONSTRAINT "pk_product_inclusion" PRIMARY KEY ("product_id", "entitlement_id")
);


CREATE TABLE "protection_key" (
    "name" TEXT NOT NULL CONSTRAINT "pk_protection_key" PRIMARY KEY,
    "xml" TEXT NOT NULL
);


CREATE TABLE "provisioned_group" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_provisioned_group" PRIMARY KEY,
    "source_id" INTEGER NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_name_key" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "changed_at" INTEGER NOT NULL
);


CREATE TABLE "provisioned_member" (
    "group_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    CONSTRAINT "pk_provisioned_member" PRIMARY KEY ("group_id", "person_id")
);


CREATE TABLE "provisioned_person" (
    "person_id" INTEGER NOT NULL CONSTRAINT "pk_provisioned_person" PRIMARY KEY,
    "source_id" INTEGER NOT NULL,
    "user_name" TEXT NOT NULL,
    "user_name_key" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "changed_at" INTEGER NOT NULL
);


CREATE TABLE "push_nonce" (
    "nonce_hash" BLOB NOT NULL CONSTRAINT "pk_push_nonce" PRIMARY KEY,
    "at" INTEGER NOT NULL
);


CREATE TABLE "pushed_file" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "faults" INTEGER NOT NULL,
    "reply" TEXT NULL,
    CONSTRAINT "pk_pushed_file" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "received_report" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "report_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NULL,
    "verification" TEXT NOT NULL,
    "signing_type" TEXT NOT NULL,
    "software_version" TEXT NOT NULL,
    "starts_at" INTEGER NOT NULL,
    "ends_at" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "received_at" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "pk_received_report" PRIMARY KEY ("account_id", "device_id", "report_id")
);


CREATE TABLE "recovery_code" (
    "person_id" INTEGER NOT NULL,
    "code_hash" BLOB NOT NULL,
    CONSTRAINT "pk_recovery_code" PRIMARY KEY ("person_id", "code_hash")
);


CREATE TABLE "registration_token" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "sealed_text" BLOB NOT NULL,
    "text_hash" BLOB NOT NULL,
    "description" TEXT NOT NULL,
    "export_controlled" INTEGER NOT NULL,
    "maximum_uses" INTEGER NULL,
    "uses" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL,
    "last_used_at" INTEGER NULL,
    CONSTRAINT "pk_registration_token" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "reporting_device" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "first_use_at" INTEGER NOT NULL,
    "acknowledged_at" INTEGER NOT NULL,
    "due_at" INTEGER NULL,
    "overdue_since" INTEGER NULL,
    "reports" INTEGER NOT NULL,
    "units" TEXT NOT NULL,
    CONSTRAINT "pk_reporting_device" PRIMARY KEY ("account_id", "device_id")
);


CREATE TABLE "reporting_stay" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "from" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NULL,
    CONSTRAINT "pk_reporting_stay" PRIMARY KEY ("account_id", "device_id", "from")
);


CREATE TABLE "reservation" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "request_code" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "authorization" TEXT NOT NULL,
    "authorized_at" INTEGER NOT NULL,
    "pending_since" INTEGER NULL,
    "previous_number" INTEGER NULL,
    "previous_authorization" TEXT NULL,
    "previous_units" TEXT NULL,
    "failed_at" INTEGER NULL,
    "replaced_by_device_id" INTEGER NULL,
    "is_uncovered_failure" INTEGER NOT NULL,
    "notes" TEXT NOT NULL,
    CONSTRAINT "pk_reservation" PRIMARY KEY ("account_id", "device_id")
);


CREATE TABLE "reservation_batch" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" INTEGER NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_is_staff" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL,
    "finished_at" INTEGER NULL,
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "faults" INTEGER NOT NULL,
    CONSTRAINT "pk_reservation_batch" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "reservation_batch_item" (
    "account_id" INTEGER NOT NULL,
    "batch_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "request_code" TEXT NOT NULL,
    "product" TEXT NULL,
    "licenses" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "device_id" INTEGER NULL,
    "problem" TEXT NULL,
    CONSTRAINT "pk_reservation_batch_item" PRIMARY KEY ("account_id", "batch_id", "number")
);


CREATE TABLE "reserved_units" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "firm" INTEGER NOT NULL,
    "in_transition" INTEGER NOT NULL,
    "uncovered" INTEGER NOT NULL,
    "leaving" INTEGER NOT NULL,
    CONSTRAINT "pk_reserved_units" PRIMARY KEY ("account_id", "device_id", "entitlement_id", "line_id"),
    CONSTRAINT "reserved_units_not_negative" CHECK (firm >= 0 and in_transition >= 0 and uncovered >= 0 and leaving >= 0)
);


CREATE TABLE "reserved_use" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "reported" INTEGER NOT NULL,
    "covered" INTEGER NULL,
    CONSTRAINT "pk_reserved_use" PRIMARY KEY ("account_id", "device_id", "entitlement_id")
);


CREATE TABLE "revocation_list" (
    "issuing_key_id" INTEGER NOT NULL,
    "shard" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "content" BLOB NOT NULL,
    "this_update" INTEGER NOT NULL,
    "next_update" INTEGER NOT NULL,
    CONSTRAINT "pk_revocation_list" PRIMARY KEY ("issuing_key_id", "shard")
);


CREATE TABLE "role_grant" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "person_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "group_id" INTEGER NULL,
    "role" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "includes_children" INTEGER NOT NULL,
    "granted_at" INTEGER NOT NULL,
    "granted_by" TEXT NOT NULL,
    "source_id" INTEGER NULL,
    CONSTRAINT "pk_role_grant" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "sales_order" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sales_order" PRIMARY KEY,
    "number" TEXT NOT NULL,
    "web_order_id" TEXT NOT NULL,
    "purchase_order" TEXT NOT NULL,
    "customer_name" TEXT NOT NULL,
    "ship_to_country" TEXT NOT NULL,
    "booked_at" INTEGER NOT NULL,
    "booked_by" TEXT NOT NULL
);


CREATE TABLE "sales_order_line" (
    "order_id" INTEGER NOT NULL,
    "line_number" INTEGER NOT NULL,
    "sku_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "account_id" INTEGER NULL,
    "virtual_account_id" INTEGER NULL,
    "starts_on" TEXT NULL,
    "ends_on" TEXT NULL,
    "subscription_id" TEXT NOT NULL,
    "factory_reserved" INTEGER NOT NULL,
    "shipped" INTEGER NOT NULL,
    "transaction_id" INTEGER NULL,
    CONSTRAINT "pk_sales_order_line" PRIMARY KEY ("order_id", "line_number")
);


CREATE TABLE "saved_view" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "owner_key" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "is_shared" INTEGER NOT NULL,
    "saved_at" INTEGER NOT NULL,
    "mail" TEXT NOT NULL,
    "mail_due_at" INTEGER NULL,
    CONSTRAINT "pk_saved_view" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "search_entry" (
    "account_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "pk_search_entry" PRIMARY KEY ("account_id", "kind", "id")
);


CREATE TABLE "session" (
    "key_hash" BLOB NOT NULL CONSTRAINT "pk_session" PRIMARY KEY,
    "person_id" INTEGER NOT NULL,
    "sealed_ticket" BLOB NOT NULL,
    "created_at" INTEGER NOT NULL,
    "last_seen_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "remote_address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL
);


CREATE TABLE "sign_in_entry" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sign_in_entry" PRIMARY KEY,
    "at" INTEGER NOT NULL,
    "person_id" INTEGER NULL,
    "address" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "remote_address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL
);


CREATE TABLE "sign_in_source" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sign_in_source" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_enabled" INTEGER NOT NULL,
    "mail_domains" TEXT NOT NULL,
    "creates_people" INTEGER NOT NULL,
    "replaces_passwords" INTEGER NOT NULL,
    "options" TEXT NOT NULL,
    "sealed_secret" BLOB NULL,
    "provisioning_token_hash" BLOB NULL,
    "provisioning_token_made_at" INTEGER NULL,
    "provisioning_token_used_at" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL
);


CREATE TABLE "sku" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sku" PRIMARY KEY,
    "code" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "product_family" TEXT NOT NULL,
    "smart_account_mandatory" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL
);


CREATE TABLE "sku_entitlement" (
    "sku_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "license_type" TEXT NOT NULL,
    "billing" TEXT NOT NULL,
    "term_months" INTEGER NOT NULL,
    CONSTRAINT "pk_sku_entitlement" PRIMARY KEY ("sku_id", "entitlement_id")
);


CREATE TABLE "sku_upgrade" (
    "sku_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "replaces_entitlement_id" INTEGER NOT NULL,
    "ratio" INTEGER NOT NULL,
    CONSTRAINT "pk_sku_upgrade" PRIMARY KEY ("sku_id", "entitlement_id", "replaces_entitlement_id")
);


CREATE TABLE "source_role" (
    "source_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "group_name" TEXT NOT NULL,
    "account_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "includes_children" INTEGER NOT NULL,
    CONSTRAINT "pk_source_role" PRIMARY KEY ("source_id", "id")
);


CREATE TABLE "syslog_line" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_syslog_line" PRIMARY KEY,
    "text" TEXT NOT NULL
);


CREATE TABLE "token_directory" (
    "text_hash" BLOB NOT NULL CONSTRAINT "pk_token_directory" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "token_id" INTEGER NOT NULL
);


CREATE TABLE "unit_directory" (
    "udi" TEXT NOT NULL,
    "product_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    CONSTRAINT "pk_unit_directory" PRIMARY KEY ("udi", "product_id")
);


CREATE TABLE "usage_bundle" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" INTEGER NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_is_staff" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL,
    "finished_at" INTEGER NULL,
    "maker" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "faults" INTEGER NOT NULL,
    CONSTRAINT "pk_usage_bundle" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "usage_bundle_file" (
    "account_id" INTEGER NOT NULL,
    "bundle_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "part" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "virtual_account" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "counted" INTEGER NOT NULL,
    "repeated" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "problem" TEXT NULL,
    "answer" TEXT NULL,
    CONSTRAINT "pk_usage_bundle_file" PRIMARY KEY ("account_id", "bundle_id", "number")
);


CREATE TABLE "usage_exchange" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "asker" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "answer" TEXT NOT NULL,
    CONSTRAINT "pk_usage_exchange" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "usage_measure" (
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "starts_at" INTEGER NOT NULL,
    "ends_at" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "report_id" INTEGER NOT NULL,
    CONSTRAINT "pk_usage_measure" PRIMARY KEY ("account_id", "device_id", "entitlement_id", "starts_at"),
    CONSTRAINT "usage_measure_quantity" CHECK (quantity >= 0)
);


CREATE TABLE "usage_period" (
    "account_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "from" INTEGER NOT NULL,
    "until" INTEGER NULL,
    CONSTRAINT "pk_usage_period" PRIMARY KEY ("account_id", "virtual_account_id", "entitlement_id", "from")
);


CREATE TABLE "usage_place" (
    "account_id" INTEGER NOT NULL,
    "usage_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    CONSTRAINT "pk_usage_place" PRIMARY KEY ("account_id", "usage_id", "virtual_account_id")
);


CREATE TABLE "usage_subscription" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "entitlement_id" INTEGER NOT NULL,
    "subscription_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "acquired_at" INTEGER NOT NULL,
    "starts_on" TEXT NULL,
    "ends_on" TEXT NULL,
    "ends_at" INTEGER NULL,
    "canceled_at" INTEGER NULL,
    "order_number" TEXT NOT NULL,
    "order_line" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "product_family" TEXT NOT NULL,
    "customer_name" TEXT NOT NULL,
    CONSTRAINT "pk_usage_subscription" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "used_request_code" (
    "code" TEXT NOT NULL CONSTRAINT "pk_used_request_code" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "device_id" INTEGER NOT NULL,
    "at" INTEGER NOT NULL
);


CREATE TABLE "user_group" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "pk_user_group" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "user_group_member" (
    "group_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "added_at" INTEGER NOT NULL,
    "added_by" TEXT NOT NULL,
    CONSTRAINT "pk_user_group_member" PRIMARY KEY ("group_id", "person_id")
);


CREATE TABLE "virtual_account" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "parent_id" INTEGER NULL,
    "level" INTEGER NOT NULL,
    "is_default" INTEGER NOT NULL,
    "access_level" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "pk_virtual_account" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "virtual_account_tag" (
    "account_id" INTEGER NOT NULL,
    "virtual_account_id" INTEGER NOT NULL,
    "tag_id" INTEGER NOT NULL,
    "value_id" INTEGER NOT NULL,
    CONSTRAINT "pk_virtual_account_tag" PRIMARY KEY ("account_id", "virtual_account_id", "tag_id", "value_id")
);


CREATE TABLE "webhook" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "sealed_secret" BLOB NOT NULL,
    "sealed_previous_secret" BLOB NULL,
    "previous_secret_ends_at" INTEGER NULL,
    "least_level" TEXT NOT NULL,
    "virtual_account_id" INTEGER NULL,
    "group_minutes" INTEGER NOT NULL,
    "quiet_from" INTEGER NULL,
    "quiet_to" INTEGER NULL,
    "zone" TEXT NOT NULL,
    "major_always" INTEGER NOT NULL,
    "is_paused" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "pk_webhook" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "webhook_delivery" (
    "account_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "next_try_at" INTEGER NOT NULL,
    "delivered_at" INTEGER NULL,
    "status" INTEGER NULL,
    "last_error" TEXT NOT NULL,
    CONSTRAINT "pk_webhook_delivery" PRIMARY KEY ("account_id", "id")
);


CREATE TABLE "person_claim" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_person_claim" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "claim_type" TEXT NULL,
    "claim_value" TEXT NULL,
    CONSTRAINT "fk_person_claim_person" FOREIGN KEY ("user_id") REFERENCES "person" ("id") ON DELETE CASCADE
);


CREATE TABLE "person_login" (
    "login_provider" TEXT NOT NULL,
    "provider_key" TEXT NOT NULL,
    "provider_display_name" TEXT NULL,
    "user_id" INTEGER NOT NULL,
    CONSTRAINT "pk_person_login" PRIMARY KEY ("login_provider", "provider_key"),
    CONSTRAINT "fk_person_login_person" FOREIGN KEY ("user_id") REFERENCES "person" ("id") ON DELETE CASCADE
);


CREATE TABLE "person_passkey" (
    "credential_id" BLOB NOT NULL CONSTRAINT "pk_person_passkey" PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "Data" TEXT NOT NULL,
    CONSTRAINT "fk_person_passkey_person" FOREIGN KEY ("user_id") REFERENCES "person" ("id") ON DELETE CASCADE
);


CREATE TABLE "person_token" (
    "user_id" INTEGER NOT NULL,
    "login_provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NULL,
    CONSTRAINT "pk_person_token" PRIMARY KEY ("user_id", "login_provider", "name"),
    CONSTRAINT "fk_person_token_person" FOREIGN KEY ("user_id") REFERENCES "person" ("id") ON DELETE CASCADE
);


CREATE INDEX "ix_access_request_account_id_state_id" ON "access_request" ("account_id", "state", "id");


CREATE INDEX "ix_access_request_person_id" ON "access_request" ("person_id");


CREATE UNIQUE INDEX "ix_access_rule_account_id_mail_domain" ON "access_rule" ("account_id", "mail_domain");


CREATE INDEX "ix_access_token_account_id_api_client_id" ON "access_token" ("account_id", "api_client_id");


CREATE INDEX "ix_access_token_expires_at" ON "access_token" ("expires_at");


CREATE INDEX "ix_access_token_person_id" ON "access_token" ("person_id");


CREATE UNIQUE INDEX "ix_account_domain" ON "account" ("domain");


CREATE INDEX "ix_account_party_id" ON "account" ("party_id");


CREATE INDEX "ix_account_root_domain" ON "account" ("root_domain");


CREATE INDEX "ix_account_merger_from_account_id" ON "account_merger" ("from_account_id");


CREATE INDEX "ix_account_merger_into_account_id" ON "account_merger" ("into_account_id");


CREATE INDEX "ix_account_merger_state_undo_until" ON "account_merger" ("state", "undo_until");


CREATE INDEX "ix_account_request_approver_id" ON "account_request" ("approver_id");


CREATE UNIQUE INDEX "ix_account_request_code_hash" ON "account_request" ("code_hash");


CREATE INDEX "ix_account_request_requester_id" ON "account_request" ("requester_id");


CREATE INDEX "ix_account_request_root_domain" ON "account_request" ("root_domain");


CREATE INDEX "ix_alert_account_id_device_id_state" ON "alert" ("account_id", "device_id", "state");


CREATE INDEX "ix_alert_account_id_entitlement_id_sort_key_id" ON "alert" ("account_id", "entitlement_id", "sort_key", "id") WHERE state = 'Open';


CREATE INDEX "ix_alert_account_id_kind_sort_key_id" ON "alert" ("account_id", "kind", "sort_key", "id") WHERE state = 'Open';


CREATE INDEX "ix_alert_account_id_raised_at" ON "alert" ("account_id", "raised_at") WHERE told_in is null;


CREATE INDEX "ix_alert_account_id_state_sort_key_id" ON "alert" ("account_id", "state", "sort_key", "id");


CREATE UNIQUE INDEX "ix_alert_account_id_subject" ON "alert" ("account_id", "subject") WHERE state = 'Open';


CREATE INDEX "ix_alert_account_id_subject_id" ON "alert" ("account_id", "subject", "id");


CREATE INDEX "ix_alert_account_id_told_in" ON "alert" ("account_id", "told_in") WHERE told_in is not null;


CREATE INDEX "ix_alert_account_id_virtual_account_id_level_hidden_until" ON "alert" ("account_id", "virtual_account_id", "level", "hidden_until") WHERE state = 'Open';


CREATE INDEX "ix_alert_account_id_virtual_account_id_state_sort_key_id" ON "alert" ("account_id", "virtual_account_id", "state", "sort_key", "id");


CREATE INDEX "ix_alert_due_at" ON "alert" ("due_at") WHERE state = 'Open' and level = 'Minor';


CREATE UNIQUE INDEX "ix_custom_tag_account_id_name_key" ON "custom_tag" ("account_id", "name_key");


CREATE INDEX "ix_daily_mail_next_at" ON "daily_mail" ("next_at");


CREATE INDEX "ix_delegation_account_id_api_client_id" ON "delegation" ("account_id", "api_client_id");


CREATE INDEX "ix_delegation_expires_at" ON "delegation" ("expires_at");


CREATE INDEX "ix_delegation_person_id" ON "delegation" ("person_id");


CREATE INDEX "ix_device_account_id_host_identifier" ON "device" ("account_id", "host_identifier");


CREATE INDEX "ix_device_account_id_state_display_name_id" ON "device" ("account_id", "state", "display_name", "id");


CREATE INDEX "ix_device_account_id_udi_serial_number" ON "device" ("account_id", "udi_serial_number");


CREATE INDEX "ix_device_account_id_virtual_account_id_state_display_name_id" ON "device" ("account_id", "virtual_account_id", "state", "display_name", "id");


CREATE INDEX "ix_device_account_id_virtual_account_id_state_last_contact_at_i" ON "device" ("account_id", "virtual_account_id", "state", "last_contact_at", "id");


CREATE INDEX "ix_device_detached_until" ON "device" ("detached_until") WHERE detached_until is not null;


CREATE INDEX "ix_device_state_mode_silence_stage_last_contact_at" ON "device" ("state", "mode", "silence_stage", "last_contact_at");


CREATE INDEX "ix_device_answer_at" ON "device_answer" ("at");


CREATE UNIQUE INDEX "ix_device_directory_piid" ON "device_directory" ("piid");


CREATE INDEX "ix_entitlement_name" ON "entitlement" ("name");


CREATE UNIQUE INDEX "ix_entitlement_tag" ON "entitlement" ("tag");


CREATE UNIQUE INDEX "ix_entitlement_tag_uuid" ON "entitlement" ("tag_uuid");


CREATE INDEX "ix_event_account_id_device_id_seq" ON "event" ("account_id", "device_id", "seq");


CREATE INDEX "ix_event_account_id_entitlement_id_seq" ON "event" ("account_id", "entitlement_id", "seq");


CREATE INDEX "ix_event_account_id_other_virtual_account_id_seq" ON "event" ("account_id", "other_virtual_account_id", "seq");


CREATE INDEX "ix_event_account_id_virtual_account_id_seq" ON "event" ("account_id", "virtual_account_id", "seq");


CREATE UNIQUE INDEX "ix_group_span_lookup_id" ON "group_span" ("lookup_id");


CREATE INDEX "ix_group_span_target_account_id" ON "group_span" ("target_account_id");


CREATE INDEX "ix_holding_account_id_virtual_account_id_entitlement_id" ON "holding" ("account_id", "virtual_account_id", "entitlement_id");


CREATE INDEX "ix_idempotency_record_at" ON "idempotency_record" ("at");


CREATE INDEX "ix_identity_certificate_account_id_device_id" ON "identity_certificate" ("account_id", "device_id");


CREATE INDEX "ix_identity_certificate_revoked_at" ON "identity_certificate" ("revoked_at");


CREATE INDEX "ix_issued_trust_account_id_device_id" ON "issued_trust" ("account_id", "device_id");


CREATE INDEX "ix_issued_trust_id" ON "issued_trust" ("id");


CREATE INDEX "ix_ledger_entry_account_id_entitlement_id_seq" ON "ledger_entry" ("account_id", "entitlement_id", "seq");


CREATE INDEX "ix_ledger_entry_account_id_line_id" ON "ledger_entry" ("account_id", "line_id");


CREATE INDEX "ix_ledger_entry_account_id_transaction_id" ON "ledger_entry" ("account_id", "transaction_id");


CREATE INDEX "ix_license_line_account_id_entitlement_id" ON "license_line" ("account_id", "entitlement_id");


CREATE INDEX "ix_license_line_account_id_ship_to_country" ON "license_line" ("account_id", "ship_to_country");


CREATE INDEX "ix_license_line_state_ends_at" ON "license_line" ("state", "ends_at");


CREATE INDEX "ix_license_lock_account_id_line_id" ON "license_lock" ("account_id", "line_id");


CREATE UNIQUE INDEX "ix_license_tag_account_id_virtual_account_id_name_key" ON "license_tag" ("account_id", "virtual_account_id", "name_key");


CREATE INDEX "ix_license_use_account_id_unit_key" ON "license_use" ("account_id", "unit_key") WHERE unit_key is not null;


CREATE INDEX "ix_license_use_account_id_virtual_account_id_entitlement_id_sin" ON "license_use" ("account_id", "virtual_account_id", "entitlement_id", "since", "device_id");


CREATE INDEX "ix_mail_created_at" ON "mail" ("created_at");


CREATE INDEX "ix_mail_state_next_try_at" ON "mail" ("state", "next_try_at");


CREATE INDEX "ix_mail_subscription_person_id" ON "mail_subscription" ("person_id");


CREATE INDEX "ix_person_display_name_id" ON "person" ("display_name", "id");


CREATE INDEX "ix_person_mail_domain_display_name_id" ON "person" ("mail_domain", "display_name", "id");


CREATE INDEX "ix_person_normalized_email" ON "person" ("normalized_email");


CREATE UNIQUE INDEX "ix_person_normalized_user_name" ON "person" ("normalized_user_name");


CREATE INDEX "ix_person_source_id" ON "person" ("source_id");


CREATE INDEX "ix_person_claim_user_id" ON "person_claim" ("user_id");


CREATE INDEX "ix_person_login_user_id" ON "person_login" ("user_id");


CREATE INDEX "ix_person_passkey_user_id" ON "person_passkey" ("user_id");


CREATE UNIQUE INDEX "ix_product_tag" ON "product" ("tag");


CREATE UNIQUE INDEX "ix_product_tag_uuid" ON "product" ("tag_uuid");


CREATE UNIQUE INDEX "ix_provisioned_group_source_id_display_name_key" ON "provisioned_group" ("source_id", "display_name_key");


CREATE INDEX "ix_provisioned_member_person_id" ON "provisioned_member" ("person_id");


CREATE UNIQUE INDEX "ix_provisioned_person_source_id_user_name_key" ON "provisioned_person" ("source_id", "user_name_key");


CREATE INDEX "ix_push_nonce_at" ON "push_nonce" ("at");


CREATE INDEX "ix_pushed_file_account_id_device_id" ON "pushed_file" ("account_id", "device_id");


CREATE INDEX "ix_pushed_file_at" ON "pushed_file" ("at");


CREATE INDEX "ix_pushed_file_id" ON "pushed_file" ("id") WHERE reply is null;


CREATE INDEX "ix_registration_token_account_id_virtual_account_id_id" ON "registration_token" ("account_id", "virtual_account_id", "id");


CREATE INDEX "ix_reporting_device_due_at" ON "reporting_device" ("due_at");


CREATE INDEX "ix_reservation_account_id_virtual_account_id" ON "reservation" ("account_id", "virtual_account_id");


CREATE INDEX "ix_reservation_batch_account_id_virtual_account_id_id" ON "reservation_batch" ("account_id", "virtual_account_id", "id");


CREATE INDEX "ix_reservation_batch_id" ON "reservation_batch" ("id") WHERE state = 'Running';


CREATE INDEX "ix_reservation_batch_item_account_id_batch_id_state_number" ON "reservation_batch_item" ("account_id", "batch_id", "state", "number");


CREATE INDEX "ix_reserved_units_account_id_line_id" ON "reserved_units" ("account_id", "line_id");


CREATE INDEX "ix_reserved_units_account_id_virtual_account_id_entitlement_id" ON "reserved_units" ("account_id", "virtual_account_id", "entitlement_id");


CREATE INDEX "ix_reserved_use_account_id_entitlement_id" ON "reserved_use" ("account_id", "entitlement_id");


CREATE INDEX "ix_role_grant_account_id_client_id" ON "role_grant" ("account_id", "client_id");


CREATE INDEX "ix_role_grant_account_id_person_id" ON "role_grant" ("account_id", "person_id");


CREATE INDEX "ix_role_grant_group_id" ON "role_grant" ("group_id");


CREATE INDEX "ix_role_grant_person_id" ON "role_grant" ("person_id");


CREATE INDEX "ix_role_grant_source_id" ON "role_grant" ("source_id");


CREATE INDEX "ix_sales_order_booked_at" ON "sales_order" ("booked_at");


CREATE UNIQUE INDEX "ix_sales_order_number" ON "sales_order" ("number");


CREATE INDEX "ix_sales_order_line_account_id_order_id" ON "sales_order_line" ("account_id", "order_id");


CREATE INDEX "ix_sales_order_line_order_id_line_number" ON "sales_order_line" ("order_id", "line_number") WHERE factory_reserved and shipped < quantity;


CREATE UNIQUE INDEX "ix_saved_view_account_id_owner_key_kind_name_key" ON "saved_view" ("account_id", "owner_key", "kind", "name_key");


CREATE INDEX "ix_saved_view_mail_due_at" ON "saved_view" ("mail_due_at");


CREATE UNIQUE INDEX "ix_search_entry_kind_id" ON "search_entry" ("kind", "id");


CREATE INDEX "ix_session_expires_at" ON "session" ("expires_at");


CREATE INDEX "ix_session_person_id" ON "session" ("person_id");


CREATE INDEX "ix_sign_in_entry_at_id" ON "sign_in_entry" ("at", "id");


CREATE INDEX "ix_sign_in_entry_person_id_at_id" ON "sign_in_entry" ("person_id", "at", "id");


CREATE UNIQUE INDEX "ix_sign_in_source_provisioning_token_hash" ON "sign_in_source" ("provisioning_token_hash");


CREATE UNIQUE INDEX "ix_sku_code" ON "sku" ("code");


CREATE INDEX "ix_source_role_account_id" ON "source_role" ("account_id");


CREATE INDEX "ix_unit_directory_account_id_device_id" ON "unit_directory" ("account_id", "device_id");


CREATE INDEX "ix_usage_bundle_account_id_virtual_account_id_id" ON "usage_bundle" ("account_id", "virtual_account_id", "id");


CREATE INDEX "ix_usage_bundle_id" ON "usage_bundle" ("id") WHERE state = 'Running';


CREATE INDEX "ix_usage_bundle_file_account_id_bundle_id_state_number" ON "usage_bundle_file" ("account_id", "bundle_id", "state", "number");


CREATE INDEX "ix_usage_exchange_at" ON "usage_exchange" ("at");


CREATE INDEX "ix_usage_place_account_id_entitlement_id_virtual_account_id" ON "usage_place" ("account_id", "entitlement_id", "virtual_account_id");


CREATE INDEX "ix_usage_subscription_account_id_subscription_id" ON "usage_subscription" ("account_id", "subscription_id");


CREATE INDEX "ix_usage_subscription_state_ends_at" ON "usage_subscription" ("state", "ends_at");


CREATE INDEX "ix_used_request_code_account_id_device_id" ON "used_request_code" ("account_id", "device_id");


CREATE UNIQUE INDEX "ix_user_group_account_id_name_key" ON "user_group" ("account_id", "name_key");


CREATE INDEX "ix_user_group_member_person_id" ON "user_group_member" ("person_id");


CREATE UNIQUE INDEX "ix_virtual_account_account_id_name_key" ON "virtual_account" ("account_id", "name_key");


CREATE INDEX "ix_virtual_account_tag_account_id_tag_id_value_id" ON "virtual_account_tag" ("account_id", "tag_id", "value_id");


CREATE INDEX "ix_webhook_delivery_account_id_webhook_id_id" ON "webhook_delivery" ("account_id", "webhook_id", "id");


CREATE INDEX "ix_webhook_delivery_created_at" ON "webhook_delivery" ("created_at");


CREATE INDEX "ix_webhook_delivery_state_next_try_at" ON "webhook_delivery" ("state", "next_try_at");


