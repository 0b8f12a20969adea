CREATE TABLE access_request (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    person_name text NOT NULL,
    email text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    requested_at bigint NOT NULL,
    decided_at bigint,
    decided_by text NOT NULL,
    reason text NOT NULL,
    given text NOT NULL,
    CONSTRAINT pk_access_request PRIMARY KEY (account_id, id)
);


CREATE TABLE access_rule (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    mail_domain text NOT NULL,
    role text,
    virtual_accounts text NOT NULL,
    includes_children boolean NOT NULL,
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_access_rule PRIMARY KEY (account_id, id)
);


CREATE TABLE access_token (
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    api_client_id bigint NOT NULL,
    person_id bigint,
    family text NOT NULL,
    scopes text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    CONSTRAINT pk_access_token PRIMARY KEY (token_hash)
);


CREATE TABLE account (
    id bigint NOT NULL,
    name text NOT NULL,
    domain text NOT NULL,
    root_domain text NOT NULL,
    description text NOT NULL,
    headquarters text NOT NULL,
    visibility text NOT NULL,
    created_by text NOT NULL,
    party_id text NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    created_at bigint NOT NULL,
    export_permitted boolean NOT NULL,
    holds_restricted_licenses boolean NOT NULL,
    specific_reservation boolean NOT NULL,
    universal_reservation boolean NOT NULL,
    agreement_version integer,
    CONSTRAINT pk_account PRIMARY KEY (id)
);


CREATE TABLE account_head (
    account_id bigint NOT NULL,
    event_seq bigint NOT NULL,
    event_hash bytea NOT NULL,
    entry_seq bigint NOT NULL,
    entry_hash bytea NOT NULL,
    audit_seq bigint NOT NULL,
    audit_hash bytea NOT NULL,
    CONSTRAINT pk_account_head PRIMARY KEY (account_id)
);


CREATE TABLE account_merger (
    id bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    from_account_id bigint NOT NULL,
    into_account_id bigint NOT NULL,
    into_is_new boolean NOT NULL,
    note text NOT NULL,
    virtual_accounts integer NOT NULL,
    licenses bigint NOT NULL,
    devices integer NOT NULL,
    made_at bigint NOT NULL,
    made_by text NOT NULL,
    undo_until bigint NOT NULL,
    ended_at bigint,
    ended_by text NOT NULL,
    CONSTRAINT pk_account_merger PRIMARY KEY (id)
);


CREATE TABLE account_merger_place (
    merger_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    name_before text NOT NULL,
    name_after text NOT NULL,
    parent_before bigint,
    was_default boolean NOT NULL,
    CONSTRAINT pk_account_merger_place PRIMARY KEY (merger_id, virtual_account_id)
);


CREATE TABLE account_merger_role (
    merger_id bigint NOT NULL,
    grant_id bigint NOT NULL,
    is_given boolean NOT NULL,
    person_id bigint,
    client_id bigint,
    group_id bigint,
    role text NOT NULL,
    virtual_account_id bigint,
    includes_children boolean NOT NULL,
    granted_at bigint NOT NULL,
    granted_by text NOT NULL,
    source_id bigint,
    CONSTRAINT pk_account_merger_role PRIMARY KEY (merger_id, grant_id)
);


CREATE TABLE account_merger_thing (
    merger_id bigint NOT NULL,
    kind text NOT NULL,
    id bigint NOT NULL,
    other_id bigint NOT NULL,
    before text NOT NULL,
    CONSTRAINT pk_account_merger_thing PRIMARY KEY (merger_id, kind, id, other_id)
);


CREATE TABLE account_request (
    id bigint NOT NULL,
    name text NOT NULL,
    domain text NOT NULL,
    root_domain text NOT NULL,
    type text NOT NULL,
    state text NOT NULL,
    authority text NOT NULL,
    requester_id bigint,
    requester_name text NOT NULL,
    requester_email text NOT NULL,
    approver_email text NOT NULL,
    approver_name text NOT NULL,
    approver_id bigint,
    note text NOT NULL,
    domain_reason text NOT NULL,
    headquarters text NOT NULL,
    visibility text NOT NULL,
    requester_sets_up boolean NOT NULL,
    code_hash bytea,
    code_ends_at bigint,
    requested_at bigint NOT NULL,
    decided_at bigint,
    decided_by text NOT NULL,
    decline_reason text NOT NULL,
    account_id bigint,
    CONSTRAINT pk_account_request PRIMARY KEY (id)
);


CREATE TABLE agreement (
    version integer NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    text_hash bytea NOT NULL,
    published_at bigint NOT NULL,
    CONSTRAINT pk_agreement PRIMARY KEY (version)
);


CREATE TABLE agreement_acceptance (
    account_id bigint NOT NULL,
    version integer NOT NULL,
    person_id bigint NOT NULL,
    person_name text NOT NULL,
    accepted_at bigint NOT NULL,
    text_hash bytea NOT NULL,
    CONSTRAINT pk_agreement_acceptance PRIMARY KEY (account_id, version)
);


CREATE TABLE alert (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    state text NOT NULL,
    subject text NOT NULL,
    virtual_account_id bigint,
    entitlement_id bigint,
    device_id bigint,
    count bigint NOT NULL,
    period integer NOT NULL,
    message text NOT NULL,
    raised_at bigint NOT NULL,
    due_at bigint,
    hidden_until bigint,
    told_in bigint,
    closed_at bigint,
    closed_by text NOT NULL,
    sort_key bigint GENERATED ALWAYS AS (case level when 'Major' then 0 when 'Minor' then 1 else 2 end * 1000000000000 + coalesce(due_at, 0)) STORED NOT NULL,
    CONSTRAINT pk_alert PRIMARY KEY (account_id, id)
);


CREATE TABLE alert_change (
    account_id bigint NOT NULL,
    alert_id bigint NOT NULL,
    change text NOT NULL,
    CONSTRAINT pk_alert_change PRIMARY KEY (account_id, alert_id, change)
);


CREATE TABLE alert_hiding (
    account_id bigint NOT NULL,
    holder_key text NOT NULL,
    alert_id bigint NOT NULL,
    until bigint,
    CONSTRAINT pk_alert_hiding PRIMARY KEY (account_id, holder_key, alert_id)
);


CREATE TABLE api_client (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    client_id text NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    secret_renewed_at bigint,
    previous_secret_hash bytea,
    previous_secret_ends_at bigint,
    previous_secret_used_at bigint,
    scopes text NOT NULL,
    redirect_uris text NOT NULL,
    operator_role text,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    end_told_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    CONSTRAINT pk_api_client PRIMARY KEY (account_id, id)
);


CREATE TABLE api_client_directory (
    client_id text NOT NULL,
    account_id bigint NOT NULL,
    api_client_id bigint NOT NULL,
    CONSTRAINT pk_api_client_directory PRIMARY KEY (client_id)
);


CREATE TABLE audit_entry (
    account_id bigint NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    command text NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint NOT NULL,
    actor_name text NOT NULL,
    input text NOT NULL,
    changes text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (account_id, seq)
);


CREATE TABLE authenticator_app (
    person_id bigint NOT NULL,
    sealed_key bytea NOT NULL,
    offered_at bigint NOT NULL,
    confirmed_at bigint,
    last_step bigint NOT NULL,
    CONSTRAINT pk_authenticator_app PRIMARY KEY (person_id)
);


CREATE TABLE authority_key (
    id bigint NOT NULL,
    kind text NOT NULL,
    certificate bytea NOT NULL,
    sealed_private_key bytea,
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    retired_at bigint,
    CONSTRAINT pk_authority_key PRIMARY KEY (id)
);


CREATE TABLE configuration_change (
    account_id bigint NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    flag text NOT NULL,
    is_enabled boolean NOT NULL,
    notes text NOT NULL,
    changed_by text NOT NULL,
    CONSTRAINT pk_configuration_change PRIMARY KEY (account_id, seq)
);


CREATE TABLE custom_tag (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    description text NOT NULL,
    is_required boolean NOT NULL,
    allows_several boolean NOT NULL,
    CONSTRAINT pk_custom_tag PRIMARY KEY (account_id, id)
);


CREATE TABLE custom_tag_value (
    account_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    id bigint NOT NULL,
    text text NOT NULL,
    text_key text NOT NULL,
    position integer NOT NULL,
    CONSTRAINT pk_custom_tag_value PRIMARY KEY (account_id, tag_id, id)
);


CREATE TABLE daily_mail (
    account_id bigint NOT NULL,
    person_id bigint NOT NULL,
    next_at bigint NOT NULL,
    last_telling bigint NOT NULL,
    CONSTRAINT pk_daily_mail PRIMARY KEY (account_id, person_id)
);


CREATE TABLE delegation (
    secret_hash bytea NOT NULL,
    kind text NOT NULL,
    family text NOT NULL,
    account_id bigint NOT NULL,
    api_client_id bigint NOT NULL,
    person_id bigint NOT NULL,
    scopes text NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    expires_at bigint NOT NULL,
    spent_at bigint,
    CONSTRAINT pk_delegation PRIMARY KEY (secret_hash)
);


CREATE TABLE device (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    product_id bigint NOT NULL,
    piid text NOT NULL,
    udi_pid text NOT NULL,
    udi_serial_number text NOT NULL,
    udi_vid text NOT NULL,
    uuid text NOT NULL,
    suvi text NOT NULL,
    host_identifier text NOT NULL,
    mac_address text NOT NULL,
    display_name text NOT NULL,
    search_text text NOT NULL,
    state text NOT NULL,
    mode text NOT NULL,
    export_allowed boolean NOT NULL,
    registered_at bigint NOT NULL,
    last_contact_at bigint NOT NULL,
    removed_at bigint,
    silence_stage integer NOT NULL,
    certificate_serial text NOT NULL,
    previous_certificate_serial text,
    certificate_ends_at bigint NOT NULL,
    key_fingerprint bytea NOT NULL,
    authorized_at bigint,
    told_out_of_compliance boolean NOT NULL,
    units text NOT NULL DEFAULT '',
    ha_sequence bigint NOT NULL DEFAULT 0,
    detached_at bigint,
    detached_until bigint,
    silence_from bigint,
    CONSTRAINT pk_device PRIMARY KEY (account_id, id)
);


CREATE TABLE device_addition (
    udi text NOT NULL,
    product_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    quantity bigint NOT NULL,
    at bigint NOT NULL,
    added_by text NOT NULL,
    CONSTRAINT pk_device_addition PRIMARY KEY (udi, product_id, entitlement_id)
);


CREATE TABLE device_answer (
    nonce_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    response text NOT NULL,
    awaits_signature boolean NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_device_answer PRIMARY KEY (nonce_hash)
);


CREATE TABLE device_directory (
    udi text NOT NULL,
    product_id bigint NOT NULL,
    piid text NOT NULL,
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    CONSTRAINT pk_device_directory PRIMARY KEY (udi, product_id)
);


CREATE TABLE entitlement (
    id bigint NOT NULL,
    tag text NOT NULL,
    tag_uuid text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    version text NOT NULL,
    enforcement text NOT NULL,
    tier_group text,
    tier_rank integer NOT NULL,
    is_reporting_only boolean NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_entitlement PRIMARY KEY (id)
);


CREATE TABLE event (
    account_id bigint NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    message text NOT NULL,
    virtual_account_id bigint,
    other_virtual_account_id bigint,
    entitlement_id bigint,
    device_id bigint,
    actor_name text NOT NULL,
    actor_is_staff boolean NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (account_id, seq)
);


CREATE TABLE group_span (
    group_id bigint NOT NULL,
    target_account_id bigint NOT NULL,
    home_account_id bigint NOT NULL,
    group_name text NOT NULL,
    lookup_id text NOT NULL,
    state text NOT NULL,
    note text NOT NULL,
    requested_by text NOT NULL,
    requested_by_email text NOT NULL,
    requested_at bigint NOT NULL,
    answered_by text NOT NULL,
    answered_at bigint,
    reason text NOT NULL,
    CONSTRAINT pk_group_span PRIMARY KEY (group_id, target_account_id)
);


CREATE TABLE holding (
    account_id bigint NOT NULL,
    line_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    held bigint NOT NULL,
    firm bigint NOT NULL,
    in_transition bigint NOT NULL,
    locked bigint NOT NULL,
    CONSTRAINT pk_holding PRIMARY KEY (account_id, line_id, virtual_account_id),
    CONSTRAINT holding_bound CHECK (held >= 0 and firm >= 0 and in_transition >= 0 and locked >= 0 and firm + in_transition + locked <= held)
);


CREATE TABLE id_block (
    kind text NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT pk_id_block PRIMARY KEY (kind)
);


CREATE TABLE idempotency_record (
    actor_key text NOT NULL,
    key text NOT NULL,
    input_hash bytea NOT NULL,
    response text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_idempotency_record PRIMARY KEY (actor_key, key)
);


CREATE TABLE identity_certificate (
    serial text NOT NULL,
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    piid text NOT NULL,
    issuing_key_id bigint NOT NULL,
    state text NOT NULL,
    content_hash bytea NOT NULL,
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    revoked_at bigint,
    revocation_reason text NOT NULL,
    CONSTRAINT pk_identity_certificate PRIMARY KEY (serial)
);


CREATE TABLE inbox_message (
    id bigint NOT NULL,
    kind text NOT NULL,
    category text,
    text text NOT NULL,
    at bigint NOT NULL,
    due_at bigint,
    person_id bigint,
    person_name text NOT NULL,
    account text NOT NULL,
    contact_email text NOT NULL,
    contact_phone text NOT NULL,
    contact text,
    time_zone text NOT NULL,
    page text NOT NULL,
    answer text NOT NULL,
    answered_by text NOT NULL,
    answered_at bigint,
    CONSTRAINT pk_inbox_message PRIMARY KEY (id)
);


CREATE TABLE installation_fact (
    name text NOT NULL,
    value text NOT NULL,
    CONSTRAINT pk_installation_fact PRIMARY KEY (name)
);


CREATE TABLE issued_authorization (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    number bigint NOT NULL,
    made_at bigint NOT NULL,
    confirmed_at bigint,
    ended_at bigint,
    text text NOT NULL,
    CONSTRAINT pk_issued_authorization PRIMARY KEY (account_id, device_id, number)
);


CREATE TABLE issued_trust (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    udi text NOT NULL,
    public_key bytea NOT NULL,
    valid_from bigint NOT NULL,
    valid_until bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT pk_issued_trust PRIMARY KEY (account_id, id)
);


CREATE TABLE job (
    name text NOT NULL,
    leased_by text NOT NULL,
    leased_until bigint NOT NULL,
    last_run_at bigint,
    next_due_at bigint NOT NULL,
    last_result text NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (name)
);


CREATE TABLE ledger_entry (
    account_id bigint NOT NULL,
    seq bigint NOT NULL,
    transaction_id bigint NOT NULL,
    kind text NOT NULL,
    at bigint NOT NULL,
    line_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    quantity bigint NOT NULL,
    from_kind text NOT NULL,
    from_id bigint NOT NULL,
    to_kind text NOT NULL,
    to_id bigint NOT NULL,
    reason text NOT NULL,
    actor_name text NOT NULL,
    actor_is_staff boolean NOT NULL,
    notes text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (account_id, seq),
    CONSTRAINT ledger_entry_quantity CHECK (quantity > 0)
);


CREATE TABLE license_configuration (
    account_id bigint NOT NULL,
    add_to_inventory boolean NOT NULL,
    show_transaction_details boolean NOT NULL,
    CONSTRAINT pk_license_configuration PRIMARY KEY (account_id)
);


CREATE TABLE license_line (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    billing text NOT NULL,
    license_type text NOT NULL,
    quantity bigint NOT NULL,
    state text NOT NULL,
    acquired_at bigint NOT NULL,
    starts_on date,
    ends_on date,
    ends_at bigint,
    canceled_at bigint,
    source text NOT NULL,
    order_number text NOT NULL,
    order_line text NOT NULL,
    web_order_id text NOT NULL,
    purchase_order text NOT NULL,
    sku text NOT NULL,
    product_family text NOT NULL,
    customer_name text NOT NULL,
    ship_to_country text NOT NULL,
    subscription_id text NOT NULL,
    product_sku text NOT NULL,
    product_serial text NOT NULL,
    device_details text NOT NULL,
    pak text NOT NULL,
    suite_name text NOT NULL,
    source_transaction_id text NOT NULL,
    is_upgrade boolean NOT NULL,
    came_from_account_id bigint,
    came_from_line_id bigint,
    CONSTRAINT pk_license_line PRIMARY KEY (account_id, id),
    CONSTRAINT license_line_quantity CHECK (quantity >= 0)
);


CREATE TABLE license_lock (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    line_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT pk_license_lock PRIMARY KEY (account_id, device_id, line_id),
    CONSTRAINT license_lock_quantity CHECK (quantity > 0)
);


CREATE TABLE license_tag (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    CONSTRAINT pk_license_tag PRIMARY KEY (account_id, id)
);


CREATE TABLE license_tag_use (
    account_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    line_id bigint NOT NULL,
    CONSTRAINT pk_license_tag_use PRIMARY KEY (account_id, tag_id, entitlement_id, line_id)
);


CREATE TABLE license_transfer (
    account_id bigint NOT NULL,
    transaction_id bigint NOT NULL,
    from_virtual_account_id bigint NOT NULL,
    to_virtual_account_id bigint NOT NULL,
    at bigint NOT NULL,
    tags_travelled boolean NOT NULL,
    undone_by bigint,
    CONSTRAINT pk_license_transfer PRIMARY KEY (account_id, transaction_id)
);


CREATE TABLE license_use (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    billing text NOT NULL DEFAULT 'Prepaid',
    requested bigint NOT NULL,
    released boolean NOT NULL,
    is_locked boolean NOT NULL,
    application text,
    application_role text,
    unit_key text,
    peer_key text,
    covered boolean NOT NULL DEFAULT FALSE,
    since bigint NOT NULL,
    CONSTRAINT pk_license_use PRIMARY KEY (account_id, device_id, entitlement_id),
    CONSTRAINT license_use_requested CHECK (requested > 0)
);


CREATE TABLE mail (
    id bigint NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    sealed_body bytea NOT NULL,
    state text NOT NULL,
    created_at bigint NOT NULL,
    attempts integer NOT NULL,
    next_try_at bigint NOT NULL,
    sent_at bigint,
    last_error text NOT NULL,
    CONSTRAINT pk_mail PRIMARY KEY (id)
);


CREATE TABLE mail_mark (
    account_id bigint NOT NULL,
    telling bigint NOT NULL,
    event_seq bigint NOT NULL,
    alerts_since bigint NOT NULL,
    CONSTRAINT pk_mail_mark PRIMARY KEY (account_id)
);


CREATE TABLE mail_subscription (
    account_id bigint NOT NULL,
    person_id bigint NOT NULL,
    topic text NOT NULL,
    CONSTRAINT pk_mail_subscription PRIMARY KEY (account_id, person_id, topic)
);


CREATE TABLE notice_mute (
    person_id bigint NOT NULL,
    account_id bigint NOT NULL,
    kind text NOT NULL,
    CONSTRAINT pk_notice_mute PRIMARY KEY (person_id, account_id, kind)
);


CREATE TABLE operator_grant (
    person_id bigint NOT NULL,
    role text NOT NULL,
    CONSTRAINT pk_operator_grant PRIMARY KEY (person_id, role)
);


CREATE TABLE person (
    id bigint NOT NULL,
    display_name text NOT NULL,
    mail_domain text NOT NULL,
    email character varying(256),
    created_at bigint NOT NULL,
    last_sign_in_at bigint,
    is_disabled boolean NOT NULL,
    source_id bigint,
    user_name character varying(256),
    normalized_user_name character varying(256),
    normalized_email character varying(256),
    email_confirmed boolean NOT NULL,
    password_hash text,
    security_stamp text,
    concurrency_stamp text,
    phone_number character varying(256),
    phone_number_confirmed boolean NOT NULL,
    two_factor_enabled boolean NOT NULL,
    lockout_end bigint,
    lockout_enabled boolean NOT NULL,
    access_failed_count integer NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id)
);


CREATE TABLE policy_choice (
    account_id bigint NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    text text,
    CONSTRAINT pk_policy_choice PRIMARY KEY (account_id)
);


CREATE TABLE pool (
    account_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    billing text NOT NULL,
    purchased bigint NOT NULL,
    pending bigint NOT NULL,
    firm bigint NOT NULL,
    in_transition bigint NOT NULL,
    uncovered bigint NOT NULL,
    locked bigint NOT NULL,
    in_use bigint NOT NULL,
    short_since bigint,
    warn_at_percent integer,
    warn_below bigint,
    threshold_since bigint,
    lent bigint NOT NULL,
    borrowed bigint NOT NULL,
    CONSTRAINT pk_pool PRIMARY KEY (account_id, virtual_account_id, entitlement_id, billing),
    CONSTRAINT pool_not_negative CHECK (purchased >= 0 and pending >= 0 and firm >= 0 and in_transition >= 0 and uncovered >= 0 and locked >= 0 and in_use >= locked and lent >= 0 and borrowed >= 0)
);


CREATE TABLE pool_history (
    account_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    billing text NOT NULL,
    hour bigint NOT NULL,
    purchased bigint NOT NULL,
    in_use bigint NOT NULL,
    reserved bigint NOT NULL,
    peak_in_use bigint NOT NULL,
    pending bigint NOT NULL,
    in_transition bigint NOT NULL,
    lent bigint NOT NULL,
    borrowed bigint NOT NULL,
    short_since bigint,
    recovered_at bigint,
    CONSTRAINT pk_pool_history PRIMARY KEY (account_id, virtual_account_id, entitlement_id, billing, hour)
);


CREATE TABLE product (
    id bigint NOT NULL,
    tag text NOT NULL,
    tag_uuid text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    family text NOT NULL,
    pids text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_product PRIMARY KEY (id)
);


CREATE TABLE product_entitlement (
    product_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    CONSTRAINT pk_product_entitlement PRIMARY KEY (product_id, entitlement_id)
);


CREATE TABLE product_inclusion (
    product_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT pk_product_inclusion PRIMARY KEY (product_id, entitlement_id)
);


CREATE TABLE protection_key (
    name text NOT NULL,
    xml text NOT NULL,
    CONSTRAINT pk_protection_key PRIMARY KEY (name)
);


CREATE TABLE provisioned_group (
    id bigint NOT NULL,
    source_id bigint NOT NULL,
    display_name text NOT NULL,
    display_name_key text NOT NULL,
    external_id text NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT pk_provisioned_group PRIMARY KEY (id)
);


CREATE TABLE provisioned_member (
    group_id bigint NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT pk_provisioned_member PRIMARY KEY (group_id, person_id)
);


CREATE TABLE provisioned_person (
    person_id bigint NOT NULL,
    source_id bigint NOT NULL,
    user_name text NOT NULL,
    user_name_key text NOT NULL,
    external_id text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT pk_provisioned_person PRIMARY KEY (person_id)
);


CREATE TABLE push_nonce (
    nonce_hash bytea NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_push_nonce PRIMARY KEY (nonce_hash)
);


CREATE TABLE pushed_file (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    at bigint NOT NULL,
    digest text NOT NULL,
    text text NOT NULL,
    faults integer NOT NULL,
    reply text,
    CONSTRAINT pk_pushed_file PRIMARY KEY (account_id, id)
);


CREATE TABLE received_report (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    report_id bigint NOT NULL,
    entitlement_id bigint,
    verification text NOT NULL,
    signing_type text NOT NULL,
    software_version text NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    quantity bigint NOT NULL,
    received_at bigint NOT NULL,
    source text NOT NULL,
    note text NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_received_report PRIMARY KEY (account_id, device_id, report_id)
);


CREATE TABLE recovery_code (
    person_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    CONSTRAINT pk_recovery_code PRIMARY KEY (person_id, code_hash)
);


CREATE TABLE registration_token (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    sealed_text bytea NOT NULL,
    text_hash bytea NOT NULL,
    description text NOT NULL,
    export_controlled boolean NOT NULL,
    maximum_uses integer,
    uses integer NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    last_used_at bigint,
    CONSTRAINT pk_registration_token PRIMARY KEY (account_id, id)
);


CREATE TABLE reporting_device (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    first_use_at bigint NOT NULL,
    acknowledged_at bigint NOT NULL,
    due_at bigint,
    overdue_since bigint,
    reports bigint NOT NULL,
    units text NOT NULL,
    CONSTRAINT pk_reporting_device PRIMARY KEY (account_id, device_id)
);


CREATE TABLE reporting_stay (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    "from" bigint NOT NULL,
    virtual_account_id bigint,
    CONSTRAINT pk_reporting_stay PRIMARY KEY (account_id, device_id, "from")
);


CREATE TABLE reservation (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    kind text NOT NULL,
    origin text NOT NULL,
    request_code text NOT NULL,
    number bigint NOT NULL,
    "authorization" text NOT NULL,
    authorized_at bigint NOT NULL,
    pending_since bigint,
    previous_number bigint,
    previous_authorization text,
    previous_units text,
    failed_at bigint,
    replaced_by_device_id bigint,
    is_uncovered_failure boolean NOT NULL,
    notes text NOT NULL,
    CONSTRAINT pk_reservation PRIMARY KEY (account_id, device_id)
);


CREATE TABLE reservation_batch (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    state text NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint NOT NULL,
    actor_name text NOT NULL,
    actor_is_staff boolean NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    total integer NOT NULL,
    done integer NOT NULL,
    refused integer NOT NULL,
    faults integer NOT NULL,
    CONSTRAINT pk_reservation_batch PRIMARY KEY (account_id, id)
);


CREATE TABLE reservation_batch_item (
    account_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    number integer NOT NULL,
    request_code text NOT NULL,
    product text,
    licenses text NOT NULL,
    state text NOT NULL,
    device_id bigint,
    problem text,
    CONSTRAINT pk_reservation_batch_item PRIMARY KEY (account_id, batch_id, number)
);


CREATE TABLE reserved_units (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    line_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    firm bigint NOT NULL,
    in_transition bigint NOT NULL,
    uncovered bigint NOT NULL,
    leaving bigint NOT NULL,
    CONSTRAINT pk_reserved_units PRIMARY KEY (account_id, device_id, entitlement_id, line_id),
    CONSTRAINT reserved_units_not_negative CHECK (firm >= 0 and in_transition >= 0 and uncovered >= 0 and leaving >= 0)
);


CREATE TABLE reserved_use (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    reported bigint NOT NULL,
    covered bigint,
    CONSTRAINT pk_reserved_use PRIMARY KEY (account_id, device_id, entitlement_id)
);


CREATE TABLE revocation_list (
    issuing_key_id bigint NOT NULL,
    shard integer NOT NULL,
    number bigint NOT NULL,
    content bytea NOT NULL,
    this_update bigint NOT NULL,
    next_update bigint NOT NULL,
    CONSTRAINT pk_revocation_list PRIMARY KEY (issuing_key_id, shard)
);


CREATE TABLE role_grant (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    person_id bigint,
    client_id bigint,
    group_id bigint,
    role text NOT NULL,
    virtual_account_id bigint,
    includes_children boolean NOT NULL,
    granted_at bigint NOT NULL,
    granted_by text NOT NULL,
    source_id bigint,
    CONSTRAINT pk_role_grant PRIMARY KEY (account_id, id)
);


CREATE TABLE sales_order (
    id bigint NOT NULL,
    number text NOT NULL,
    web_order_id text NOT NULL,
    purchase_order text NOT NULL,
    customer_name text NOT NULL,
    ship_to_country text NOT NULL,
    booked_at bigint NOT NULL,
    booked_by text NOT NULL,
    CONSTRAINT pk_sales_order PRIMARY KEY (id)
);


CREATE TABLE sales_order_line (
    order_id bigint NOT NULL,
    line_number integer NOT NULL,
    sku_id bigint NOT NULL,
    quantity bigint NOT NULL,
    account_id bigint,
    virtual_account_id bigint,
    starts_on date,
    ends_on date,
    subscription_id text NOT NULL,
    factory_reserved boolean NOT NULL,
    shipped bigint NOT NULL,
    transaction_id bigint,
    CONSTRAINT pk_sales_order_line PRIMARY KEY (order_id, line_number)
);


CREATE TABLE saved_view (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    query text NOT NULL,
    owner_key text NOT NULL,
    owner_name text NOT NULL,
    is_shared boolean NOT NULL,
    saved_at bigint NOT NULL,
    mail text NOT NULL,
    mail_due_at bigint,
    CONSTRAINT pk_saved_view PRIMARY KEY (account_id, id)
);


CREATE TABLE search_entry (
    account_id bigint NOT NULL,
    kind text NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_search_entry PRIMARY KEY (account_id, kind, id)
);


CREATE TABLE session (
    key_hash bytea NOT NULL,
    person_id bigint NOT NULL,
    sealed_ticket bytea NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    remote_address text NOT NULL,
    user_agent text NOT NULL,
    CONSTRAINT pk_session PRIMARY KEY (key_hash)
);


CREATE TABLE sign_in_entry (
    id bigint NOT NULL,
    at bigint NOT NULL,
    person_id bigint,
    address text NOT NULL,
    outcome text NOT NULL,
    way text NOT NULL,
    note text NOT NULL,
    remote_address text NOT NULL,
    user_agent text NOT NULL,
    CONSTRAINT pk_sign_in_entry PRIMARY KEY (id)
);


CREATE TABLE sign_in_source (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    is_enabled boolean NOT NULL,
    mail_domains text NOT NULL,
    creates_people boolean NOT NULL,
    replaces_passwords boolean NOT NULL,
    options text NOT NULL,
    sealed_secret bytea,
    provisioning_token_hash bytea,
    provisioning_token_made_at bigint,
    provisioning_token_used_at bigint,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT pk_sign_in_source PRIMARY KEY (id)
);


CREATE TABLE sku (
    id bigint NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    product_family text NOT NULL,
    smart_account_mandatory boolean NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_sku PRIMARY KEY (id)
);


CREATE TABLE sku_entitlement (
    sku_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    quantity bigint NOT NULL,
    license_type text NOT NULL,
    billing text NOT NULL,
    term_months integer NOT NULL,
    CONSTRAINT pk_sku_entitlement PRIMARY KEY (sku_id, entitlement_id)
);


CREATE TABLE sku_upgrade (
    sku_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    replaces_entitlement_id bigint NOT NULL,
    ratio bigint NOT NULL,
    CONSTRAINT pk_sku_upgrade PRIMARY KEY (sku_id, entitlement_id, replaces_entitlement_id)
);


CREATE TABLE source_role (
    source_id bigint NOT NULL,
    id bigint NOT NULL,
    group_name text NOT NULL,
    account_id bigint NOT NULL,
    role text NOT NULL,
    virtual_account_id bigint,
    includes_children boolean NOT NULL,
    CONSTRAINT pk_source_role PRIMARY KEY (source_id, id)
);


CREATE TABLE syslog_line (
    id bigint NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_syslog_line PRIMARY KEY (id)
);


CREATE TABLE token_directory (
    text_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    token_id bigint NOT NULL,
    CONSTRAINT pk_token_directory PRIMARY KEY (text_hash)
);


CREATE TABLE unit_directory (
    udi text NOT NULL,
    product_id bigint NOT NULL,
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    CONSTRAINT pk_unit_directory PRIMARY KEY (udi, product_id)
);


CREATE TABLE usage_bundle (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    state text NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint NOT NULL,
    actor_name text NOT NULL,
    actor_is_staff boolean NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    maker text NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL,
    refused integer NOT NULL,
    faults integer NOT NULL,
    CONSTRAINT pk_usage_bundle PRIMARY KEY (account_id, id)
);


CREATE TABLE usage_bundle_file (
    account_id bigint NOT NULL,
    bundle_id bigint NOT NULL,
    number integer NOT NULL,
    part text NOT NULL,
    name text NOT NULL,
    virtual_account_id bigint,
    virtual_account text NOT NULL,
    text text NOT NULL,
    state text NOT NULL,
    counted integer NOT NULL,
    repeated integer NOT NULL,
    refused integer NOT NULL,
    problem text,
    answer text,
    CONSTRAINT pk_usage_bundle_file PRIMARY KEY (account_id, bundle_id, number)
);


CREATE TABLE usage_exchange (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    asker text NOT NULL,
    action text NOT NULL,
    at bigint NOT NULL,
    answer text NOT NULL,
    CONSTRAINT pk_usage_exchange PRIMARY KEY (account_id, id)
);


CREATE TABLE usage_measure (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    quantity bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT pk_usage_measure PRIMARY KEY (account_id, device_id, entitlement_id, starts_at),
    CONSTRAINT usage_measure_quantity CHECK (quantity >= 0)
);


CREATE TABLE usage_period (
    account_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    "from" bigint NOT NULL,
    until bigint,
    CONSTRAINT pk_usage_period PRIMARY KEY (account_id, virtual_account_id, entitlement_id, "from")
);


CREATE TABLE usage_place (
    account_id bigint NOT NULL,
    usage_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    CONSTRAINT pk_usage_place PRIMARY KEY (account_id, usage_id, virtual_account_id)
);


CREATE TABLE usage_subscription (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    entitlement_id bigint NOT NULL,
    subscription_id text NOT NULL,
    state text NOT NULL,
    acquired_at bigint NOT NULL,
    starts_on date,
    ends_on date,
    ends_at bigint,
    canceled_at bigint,
    order_number text NOT NULL,
    order_line text NOT NULL,
    sku text NOT NULL,
    product_family text NOT NULL,
    customer_name text NOT NULL,
    CONSTRAINT pk_usage_subscription PRIMARY KEY (account_id, id)
);


CREATE TABLE used_request_code (
    code text NOT NULL,
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_used_request_code PRIMARY KEY (code)
);


CREATE TABLE user_group (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    description text NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_user_group PRIMARY KEY (account_id, id)
);


CREATE TABLE user_group_member (
    group_id bigint NOT NULL,
    person_id bigint NOT NULL,
    added_at bigint NOT NULL,
    added_by text NOT NULL,
    CONSTRAINT pk_user_group_member PRIMARY KEY (group_id, person_id)
);


CREATE TABLE virtual_account (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    description text NOT NULL,
    parent_id bigint,
    level integer NOT NULL,
    is_default boolean NOT NULL,
    access_level text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_virtual_account PRIMARY KEY (account_id, id)
);


CREATE TABLE virtual_account_tag (
    account_id bigint NOT NULL,
    virtual_account_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    value_id bigint NOT NULL,
    CONSTRAINT pk_virtual_account_tag PRIMARY KEY (account_id, virtual_account_id, tag_id, value_id)
);


CREATE TABLE webhook (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    sealed_secret bytea NOT NULL,
    sealed_previous_secret bytea,
    previous_secret_ends_at bigint,
    least_level text NOT NULL,
    virtual_account_id bigint,
    group_minutes integer NOT NULL,
    quiet_from integer,
    quiet_to integer,
    zone text NOT NULL,
    major_always boolean NOT NULL,
    is_paused boolean NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_webhook PRIMARY KEY (account_id, id)
);


CREATE TABLE webhook_delivery (
    account_id bigint NOT NULL,
    id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    state text NOT NULL,
    body text NOT NULL,
    count integer NOT NULL,
    created_at bigint NOT NULL,
    attempts integer NOT NULL,
    next_try_at bigint NOT NULL,
    delivered_at bigint,
    status integer,
    last_error text NOT NULL,
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (account_id, id)
);


CREATE TABLE person_claim (
    id integer GENERATED BY DEFAULT AS IDENTITY,
    user_id bigint NOT NULL,
    claim_type text,
    claim_value text,
    CONSTRAINT pk_person_claim PRIMARY KEY (id),
    CONSTRAINT fk_person_claim_person FOREIGN KEY (user_id) REFERENCES person (id) ON DELETE CASCADE
);


CREATE TABLE person_login (
    login_provider character varying(128) NOT NULL,
    provider_key character varying(128) NOT NULL,
    provider_display_name text,
    user_id bigint NOT NULL,
    CONSTRAINT pk_person_login PRIMARY KEY (login_provider, provider_key),
    CONSTRAINT fk_person_login_person FOREIGN KEY (user_id) REFERENCES person (id) ON DELETE CASCADE
);


CREATE TABLE person_passkey (
    credential_id bytea NOT NULL,
    user_id bigint NOT NULL,
    "Data" jsonb NOT NULL,
    CONSTRAINT pk_person_passkey PRIMARY KEY (credential_id),
    CONSTRAINT fk_person_passkey_person FOREIGN KEY (user_id) REFERENCES person (id) ON DELETE CASCADE
);


CREATE TABLE person_token (
    user_id bigint NOT NULL,
    login_provider character varying(128) NOT NULL,
    name character varying(128) NOT NULL,
    value text,
    CONSTRAINT pk_person_token PRIMARY KEY (user_id, login_provider, name),
    CONSTRAINT fk_person_token_person FOREIGN KEY (user_id) REFERENCES person (id) ON DELETE CASCADE
);


CREATE INDEX ix_access_request_account_id_state_id ON access_request (account_id, state, id);


CREATE INDEX ix_access_request_person_id ON access_request (person_id);


CREATE UNIQUE INDEX ix_access_rule_account_id_mail_domain ON access_rule (account_id, mail_domain);


CREATE INDEX ix_access_token_account_id_api_client_id ON access_token (account_id, api_client_id);


CREATE INDEX ix_access_token_expires_at ON access_token (expires_at);


CREATE INDEX ix_access_token_person_id ON access_token (person_id);


CREATE UNIQUE INDEX ix_account_domain ON account (domain);


CREATE INDEX ix_account_party_id ON account (party_id);


CREATE INDEX ix_account_root_domain ON account (root_domain);


CREATE INDEX ix_account_merger_from_account_id ON account_merger (from_account_id);


CREATE INDEX ix_account_merger_into_account_id ON account_merger (into_account_id);


CREATE INDEX ix_account_merger_state_undo_until ON account_merger (state, undo_until);


CREATE INDEX ix_account_request_approver_id ON account_request (approver_id);


CREATE UNIQUE INDEX ix_account_request_code_hash ON account_request (code_hash);


CREATE INDEX ix_account_request_requester_id ON account_request (requester_id);


CREATE INDEX ix_account_request_root_domain ON account_request (root_domain);


CREATE INDEX ix_alert_account_id_device_id_state ON alert (account_id, device_id, state);


CREATE INDEX ix_alert_account_id_entitlement_id_sort_key_id ON alert (account_id, entitlement_id, sort_key, id) WHERE state = 'Open';


CREATE INDEX ix_alert_account_id_kind_sort_key_id ON alert (account_id, kind, sort_key, id) WHERE state = 'Open';


CREATE INDEX ix_alert_account_id_raised_at ON alert (account_id, raised_at) WHERE told_in is null;


CREATE INDEX ix_alert_account_id_state_sort_key_id ON alert (account_id, state, sort_key, id);


CREATE UNIQUE INDEX ix_alert_account_id_subject ON alert (account_id, subject) WHERE state = 'Open';


CREATE INDEX ix_alert_account_id_subject_id ON alert (account_id, subject, id);


CREATE INDEX ix_alert_account_id_told_in ON alert (account_id, told_in) WHERE told_in is not null;


CREATE INDEX ix_alert_account_id_virtual_account_id_level_hidden_until ON alert (account_id, virtual_account_id, level, hidden_until) WHERE state = 'Open';


CREATE INDEX ix_alert_account_id_virtual_account_id_state_sort_key_id ON alert (account_id, virtual_account_id, state, sort_key, id);


CREATE INDEX ix_alert_due_at ON alert (due_at) WHERE state = 'Open' and level = 'Minor';


CREATE UNIQUE INDEX ix_custom_tag_account_id_name_key ON custom_tag (account_id, name_key);


CREATE INDEX ix_daily_mail_next_at ON daily_mail (next_at);


CREATE INDEX ix_delegation_account_id_api_client_id ON delegation (account_id, api_client_id);


CREATE INDEX ix_delegation_expires_at ON delegation (expires_at);


CREATE INDEX ix_delegation_person_id ON delegation (person_id);


CREATE INDEX ix_device_account_id_host_identifier ON device (account_id, host_identifier);


CREATE INDEX ix_device_account_id_state_display_name_id ON device (account_id, state, display_name, id);


CREATE INDEX ix_device_account_id_udi_serial_number ON device (account_id, udi_serial_number);


CREATE INDEX ix_device_account_id_virtual_account_id_state_display_name_id ON device (account_id, virtual_account_id, state, display_name, id);


CREATE INDEX ix_device_account_id_virtual_account_id_state_last_contact_at_i ON device (account_id, virtual_account_id, state, last_contact_at, id);


CREATE INDEX ix_device_detached_until ON device (detached_until) WHERE detached_until is not null;


CREATE INDEX ix_device_state_mode_silence_stage_last_contact_at ON device (state, mode, silence_stage, last_contact_at);


CREATE INDEX ix_device_answer_at ON device_answer (at);


CREATE UNIQUE INDEX ix_device_directory_piid ON device_directory (piid);


CREATE INDEX ix_entitlement_name ON entitlement (name);


CREATE UNIQUE INDEX ix_entitlement_tag ON entitlement (tag);


CREATE UNIQUE INDEX ix_entitlement_tag_uuid ON entitlement (tag_uuid);


CREATE INDEX ix_event_account_id_device_id_seq ON event (account_id, device_id, seq);


CREATE INDEX ix_event_account_id_entitlement_id_seq ON event (account_id, entitlement_id, seq);


CREATE INDEX ix_event_account_id_other_virtual_account_id_seq ON event (account_id, other_virtual_account_id, seq);


CREATE INDEX ix_event_account_id_virtual_account_id_seq ON event (account_id, virtual_account_id, seq);


CREATE UNIQUE INDEX ix_group_span_lookup_id ON group_span (lookup_id);


CREATE INDEX ix_group_span_target_account_id ON group_span (target_account_id);


CREATE INDEX ix_holding_account_id_virtual_account_id_entitlement_id ON holding (account_id, virtual_account_id, entitlement_id);


CREATE INDEX ix_idempotency_record_at ON idempotency_record (at);


CREATE INDEX ix_identity_certificate_account_id_device_id ON identity_certificate (account_id, device_id);


CREATE INDEX ix_identity_certificate_revoked_at ON identity_certificate (revoked_at);


CREATE INDEX ix_issued_trust_account_id_device_id ON issued_trust (account_id, device_id);


CREATE INDEX ix_issued_trust_id ON issued_trust (id);


CREATE INDEX ix_ledger_entry_account_id_entitlement_id_seq ON ledger_entry (account_id, entitlement_id, seq);


CREATE INDEX ix_ledger_entry_account_id_line_id ON ledger_entry (account_id, line_id);


CREATE INDEX ix_ledger_entry_account_id_transaction_id ON ledger_entry (account_id, transaction_id);


CREATE INDEX ix_license_line_account_id_entitlement_id ON license_line (account_id, entitlement_id);


CREATE INDEX ix_license_line_account_id_ship_to_country ON license_line (account_id, ship_to_country);


CREATE INDEX ix_license_line_state_ends_at ON license_line (state, ends_at);


CREATE INDEX ix_license_lock_account_id_line_id ON license_lock (account_id, line_id);


CREATE UNIQUE INDEX ix_license_tag_account_id_virtual_account_id_name_key ON license_tag (account_id, virtual_account_id, name_key);


CREATE INDEX ix_license_use_account_id_unit_key ON license_use (account_id, unit_key) WHERE unit_key is not null;


CREATE INDEX ix_license_use_account_id_virtual_account_id_entitlement_id_sin ON license_use (account_id, virtual_account_id, entitlement_id, since, device_id);


CREATE INDEX ix_mail_created_at ON mail (created_at);


CREATE INDEX ix_mail_state_next_try_at ON mail (state, next_try_at);


CREATE INDEX ix_mail_subscription_person_id ON mail_subscription (person_id);


CREATE INDEX ix_person_display_name_id ON person (display_name, id);


CREATE INDEX ix_person_mail_domain_display_name_id ON person (mail_domain, display_name, id);


CREATE INDEX ix_person_normalized_email ON person (normalized_email);


CREATE UNIQUE INDEX ix_person_normalized_user_name ON person (normalized_user_name);


CREATE INDEX ix_person_source_id ON person (source_id);


CREATE INDEX ix_person_claim_user_id ON person_claim (user_id);


CREATE INDEX ix_person_login_user_id ON person_login (user_id);


CREATE INDEX ix_person_passkey_user_id ON person_passkey (user_id);


CREATE UNIQUE INDEX ix_product_tag ON product (tag);


CREATE UNIQUE INDEX ix_product_tag_uuid ON product (tag_uuid);


CREATE UNIQUE INDEX ix_provisioned_group_source_id_display_name_key ON provisioned_group (source_id, display_name_key);


CREATE INDEX ix_provisioned_member_person_id ON provisioned_member (person_id);


CREATE UNIQUE INDEX ix_provisioned_person_source_id_user_name_key ON provisioned_person (source_id, user_name_key);


CREATE INDEX ix_push_nonce_at ON push_nonce (at);


CREATE INDEX ix_pushed_file_account_id_device_id ON pushed_file (account_id, device_id);


CREATE INDEX ix_pushed_file_at ON pushed_file (at);


CREATE INDEX ix_pushed_file_id ON pushed_file (id) WHERE reply is null;


CREATE INDEX ix_registration_token_account_id_virtual_account_id_id ON registration_token (account_id, virtual_account_id, id);


CREATE INDEX ix_reporting_device_due_at ON reporting_device (due_at);


CREATE INDEX ix_reservation_account_id_virtual_account_id ON reservation (account_id, virtual_account_id);


CREATE INDEX ix_reservation_batch_account_id_virtual_account_id_id ON reservation_batch (account_id, virtual_account_id, id);


CREATE INDEX ix_reservation_batch_id ON reservation_batch (id) WHERE state = 'Running';


CREATE INDEX ix_reservation_batch_item_account_id_batch_id_state_number ON reservation_batch_item (account_id, batch_id, state, number);


CREATE INDEX ix_reserved_units_account_id_line_id ON reserved_units (account_id, line_id);


CREATE INDEX ix_reserved_units_account_id_virtual_account_id_entitlement_id ON reserved_units (account_id, virtual_account_id, entitlement_id);


CREATE INDEX ix_reserved_use_account_id_entitlement_id ON reserved_use (account_id, entitlement_id);


CREATE INDEX ix_role_grant_account_id_client_id ON role_grant (account_id, client_id);


CREATE INDEX ix_role_grant_account_id_person_id ON role_grant (account_id, person_id);


CREATE INDEX ix_role_grant_group_id ON role_grant (group_id);


CREATE INDEX ix_role_grant_person_id ON role_grant (person_id);


CREATE INDEX ix_role_grant_source_id ON role_grant (source_id);


CREATE INDEX ix_sales_order_booked_at ON sales_order (booked_at);


CREATE UNIQUE INDEX ix_sales_order_number ON sales_order (number);


CREATE INDEX ix_sales_order_line_account_id_order_id ON sales_order_line (account_id, order_id);


CREATE INDEX ix_sales_order_line_order_id_line_number ON sales_order_line (order_id, line_number) WHERE factory_reserved and shipped < quantity;


CREATE UNIQUE INDEX ix_saved_view_account_id_owner_key_kind_name_key ON saved_view (account_id, owner_key, kind, name_key);


CREATE INDEX ix_saved_view_mail_due_at ON saved_view (mail_due_at);


CREATE UNIQUE INDEX ix_search_entry_kind_id ON search_entry (kind, id);


CREATE INDEX ix_session_expires_at ON session (expires_at);


CREATE INDEX ix_session_person_id ON session (person_id);


CREATE INDEX ix_sign_in_entry_at_id ON sign_in_entry (at, id);


CREATE INDEX ix_sign_in_entry_person_id_at_id ON sign_in_entry (person_id, at, id);


CREATE UNIQUE INDEX ix_sign_in_source_provisioning_token_hash ON sign_in_source (provisioning_token_hash);


CREATE UNIQUE INDEX ix_sku_code ON sku (code);


CREATE INDEX ix_source_role_account_id ON source_role (account_id);


CREATE INDEX ix_unit_directory_account_id_device_id ON unit_directory (account_id, device_id);


CREATE INDEX ix_usage_bundle_account_id_virtual_account_id_id ON usage_bundle (account_id, virtual_account_id, id);


CREATE INDEX ix_usage_bundle_id ON usage_bundle (id) WHERE state = 'Running';


CREATE INDEX ix_usage_bundle_file_account_id_bundle_id_state_number ON usage_bundle_file (account_id, bundle_id, state, number);


CREATE INDEX ix_usage_exchange_at ON usage_exchange (at);


CREATE INDEX ix_usage_place_account_id_entitlement_id_virtual_account_id ON usage_place (account_id, entitlement_id, virtual_account_id);


CREATE INDEX ix_usage_subscription_account_id_subscription_id ON usage_subscription (account_id, subscription_id);


CREATE INDEX ix_usage_subscription_state_ends_at ON usage_subscription (state, ends_at);


CREATE INDEX ix_used_request_code_account_id_device_id ON used_request_code (account_id, device_id);


CREATE UNIQUE INDEX ix_user_group_account_id_name_key ON user_group (account_id, name_key);


CREATE INDEX ix_user_group_member_person_id ON user_group_member (person_id);


CREATE UNIQUE INDEX ix_virtual_account_account_id_name_key ON virtual_account (account_id, name_key);


CREATE INDEX ix_virtual_account_tag_account_id_tag_id_value_id ON virtual_account_tag (account_id, tag_id, value_id);


CREATE INDEX ix_webhook_delivery_account_id_webhook_id_id ON webhook_delivery (account_id, webhook_id, id);


CREATE INDEX ix_webhook_delivery_created_at ON webhook_delivery (created_at);


CREATE INDEX ix_webhook_delivery_state_next_try_at ON webhook_delivery (state, next_try_at);


