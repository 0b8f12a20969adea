using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Syslog;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Feedback;
using Purser.Server.Licenses;
using Purser.Server.Mail;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Server.People.Provisioning;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.People.Sources;
using Purser.Server.Pki;
using Purser.Server.Preferences;
using Purser.Server.Reports;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Bulk;
using Purser.Server.Search;
using Purser.Server.Tokens;

namespace Purser.Server.Store;

/// <summary>Keys, indices and constraints of every table. The numbered SQL beside it is what runs; a test compares the two.</summary>
internal static class SchemaTables
{
    public static void Configure(ModelBuilder builder)
    {
        Accounts(builder);
        People(builder);
        Catalog(builder);
        Ledger(builder);
        UsageTables.Configure(builder);
        Devices(builder);
        Journals(builder);
        System(builder);
    }

    private static void Accounts(ModelBuilder builder)
    {
        var account = Table<Account>(builder, "account", row => row.Id);
        account.HasIndex(row => row.Domain).IsUnique();
        account.HasIndex(row => row.PartyId);
        account.HasIndex(row => row.RootDomain);
        var request = Table<AccountRequest>(builder, "account_request", row => row.Id);
        request.Ignore(row => row.IsOpen);
        request.HasIndex(row => row.CodeHash).IsUnique();
        request.HasIndex(row => row.RootDomain);
        request.HasIndex(row => row.RequesterId);
        request.HasIndex(row => row.ApproverId);
        var merger = Table<AccountMerger>(builder, "account_merger", row => row.Id);
        merger.HasIndex(row => row.FromAccountId);
        merger.HasIndex(row => row.IntoAccountId);
        merger.HasIndex(row => new { row.State, row.UndoUntil });
        Table<MergedPlace>(builder, "account_merger_place", row => new { row.MergerId, row.VirtualAccountId });
        Table<MergedRole>(builder, "account_merger_role", row => new { row.MergerId, row.GrantId });
        Table<MergedThing>(builder, "account_merger_thing", row => new { row.MergerId, row.Kind, row.Id, row.OtherId });
        Table<AccountHead>(builder, "account_head", row => row.AccountId);
        var virtualAccount = Table<VirtualAccount>(builder, "virtual_account", row => new { row.AccountId, row.Id });
        virtualAccount.HasIndex(row => new { row.AccountId, row.NameKey }).IsUnique();
        Table<CustomTag>(builder, "custom_tag", row => new { row.AccountId, row.Id }).HasIndex(row => new { row.AccountId, row.NameKey }).IsUnique();
        Table<CustomTagValue>(builder, "custom_tag_value", row => new { row.AccountId, row.TagId, row.Id });
        Table<VirtualAccountTag>(builder, "virtual_account_tag", row => new { row.AccountId, row.VirtualAccountId, row.TagId, row.ValueId })
            .HasIndex(row => new { row.AccountId, row.TagId, row.ValueId });
        Table<Agreement>(builder, "agreement", row => row.Version);
        Table<AgreementAcceptance>(builder, "agreement_acceptance", row => new { row.AccountId, row.Version });

        var token = Table<RegistrationToken>(builder, "registration_token", row => new { row.AccountId, row.Id });
        token.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.Id });
        Table<TokenDirectory>(builder, "token_directory", row => row.TextHash);
    }

    private static void People(ModelBuilder builder)
    {
        builder.Entity<Person>(person =>
        {
            person.ToTable("person");
            person.Property(row => row.Id).ValueGeneratedNever();
            person.HasIndex(row => new { row.DisplayName, row.Id });
            person.HasIndex(row => new { row.MailDomain, row.DisplayName, row.Id });
            person.HasIndex(row => row.SourceId);
        });
        builder.Entity<IdentityUserClaim<long>>().ToTable("person_claim");
        builder.Entity<IdentityUserLogin<long>>().ToTable("person_login");
        builder.Entity<IdentityUserToken<long>>().ToTable("person_token");
        builder.Entity<IdentityUserPasskey<long>>().ToTable("person_passkey");

        Table<OperatorGrant>(builder, "operator_grant", row => new { row.PersonId, row.Role });
        var grant = Table<RoleGrant>(builder, "role_grant", row => new { row.AccountId, row.Id });
        grant.HasIndex(row => row.PersonId);
        grant.HasIndex(row => row.SourceId);
        grant.HasIndex(row => new { row.AccountId, row.ClientId });
        grant.HasIndex(row => row.GroupId);
        grant.HasIndex(row => new { row.AccountId, row.PersonId });
        Table<UserGroup>(builder, "user_group", row => new { row.AccountId, row.Id }).HasIndex(row => new { row.AccountId, row.NameKey }).IsUnique();
        Table<UserGroupMember>(builder, "user_group_member", row => new { row.GroupId, row.PersonId }).HasIndex(row => row.PersonId);
        var span = Table<GroupSpan>(builder, "group_span", row => new { row.GroupId, row.TargetAccountId });
        span.Ignore(row => row.IsOpen);
        span.HasIndex(row => row.TargetAccountId);
        span.HasIndex(row => row.LookupId).IsUnique();
        var asked = Table<AccessRequest>(builder, "access_request", row => new { row.AccountId, row.Id });
        asked.HasIndex(row => new { row.AccountId, row.State, row.Id });
        asked.HasIndex(row => row.PersonId);
        Table<NoticeMute>(builder, "notice_mute", row => new { row.PersonId, row.AccountId, row.Kind });
        var rule = Table<AccessRule>(builder, "access_rule", row => new { row.AccountId, row.Id });
        rule.HasIndex(row => new { row.AccountId, row.MailDomain }).IsUnique();
        rule.Ignore(row => row.Access);
        var session = Table<Session>(builder, "session", row => row.KeyHash);
        session.HasIndex(row => row.PersonId);
        session.HasIndex(row => row.ExpiresAt);
        Table<LicenseConfiguration>(builder, "license_configuration", row => row.AccountId);
        Table<ConfigurationChange>(builder, "configuration_change", row => new { row.AccountId, row.Seq });
        Table<MailSubscription>(builder, "mail_subscription", row => new { row.AccountId, row.PersonId, row.Topic }).HasIndex(row => row.PersonId);
        Table<DailyMail>(builder, "daily_mail", row => new { row.AccountId, row.PersonId }).HasIndex(row => row.NextAt);
        Table<MailMark>(builder, "mail_mark", row => row.AccountId);
        Table<InboxMessage>(builder, "inbox_message", row => row.Id);
        var signIn = Table<SignInEntry>(builder, "sign_in_entry", row => row.Id);
        signIn.HasIndex(row => new { row.At, row.Id });
        signIn.HasIndex(row => new { row.PersonId, row.At, row.Id });
        Table<AuthenticatorApp>(builder, "authenticator_app", row => row.PersonId);
        Table<RecoveryCode>(builder, "recovery_code", row => new { row.PersonId, row.CodeHash });
        Table<SignInSource>(builder, "sign_in_source", row => row.Id).HasIndex(row => row.ProvisioningTokenHash).IsUnique();
        Table<SourceRole>(builder, "source_role", row => new { row.SourceId, row.Id }).HasIndex(row => row.AccountId);
        Table<ProvisionedPerson>(builder, "provisioned_person", row => row.PersonId).HasIndex(row => new { row.SourceId, row.UserNameKey }).IsUnique();
        Table<ProvisionedGroup>(builder, "provisioned_group", row => row.Id).HasIndex(row => new { row.SourceId, row.DisplayNameKey }).IsUnique();
        Table<ProvisionedMember>(builder, "provisioned_member", row => new { row.GroupId, row.PersonId }).HasIndex(row => row.PersonId);
        Table<ApiClient>(builder, "api_client", row => new { row.AccountId, row.Id }).Ignore(row => row.IsOfOperator);
        Table<ApiClientDirectory>(builder, "api_client_directory", row => row.ClientId);
        var token = Table<AccessToken>(builder, "access_token", row => row.TokenHash);
        token.HasIndex(row => row.ExpiresAt);
        token.HasIndex(row => new { row.AccountId, row.ApiClientId });
        token.HasIndex(row => row.PersonId);
        var delegation = Table<Delegation>(builder, "delegation", row => row.SecretHash);
        delegation.HasIndex(row => row.ExpiresAt);
        delegation.HasIndex(row => new { row.AccountId, row.ApiClientId });
        delegation.HasIndex(row => row.PersonId);
    }

    private static void Catalog(ModelBuilder builder)
    {
        var product = Table<Product>(builder, "product", row => row.Id);
        product.HasIndex(row => row.Tag).IsUnique();
        product.HasIndex(row => row.TagUuid).IsUnique();
        var entitlement = Table<Entitlement>(builder, "entitlement", row => row.Id);
        entitlement.HasIndex(row => row.Tag).IsUnique();
        entitlement.HasIndex(row => row.TagUuid).IsUnique();
        entitlement.HasIndex(row => row.Name);
        Table<ProductEntitlement>(builder, "product_entitlement", row => new { row.ProductId, row.EntitlementId });
        Table<ProductInclusion>(builder, "product_inclusion", row => new { row.ProductId, row.EntitlementId });
        Table<Sku>(builder, "sku", row => row.Id).HasIndex(row => row.Code).IsUnique();
        Table<SkuUpgrade>(builder, "sku_upgrade", row => new { row.SkuId, row.EntitlementId, row.ReplacesEntitlementId });
        Table<SkuEntitlement>(builder, "sku_entitlement", row => new { row.SkuId, row.EntitlementId });

        // "order" is a word of SQL itself.
        var order = Table<Order>(builder, "sales_order", row => row.Id);
        order.HasIndex(row => row.Number).IsUnique();
        order.HasIndex(row => row.BookedAt);
        var line = Table<OrderLine>(builder, "sales_order_line", row => new { row.OrderId, row.LineNumber });
        line.HasIndex(row => new { row.AccountId, row.OrderId });
        line.HasIndex(row => new { row.OrderId, row.LineNumber }).HasFilter("factory_reserved and shipped < quantity");
    }

    private static void Ledger(ModelBuilder builder)
    {
        var line = Table<LicenseLine>(builder, "license_line", row => new { row.AccountId, row.Id });
        line.HasIndex(row => new { row.AccountId, row.EntitlementId });
        line.HasIndex(row => new { row.AccountId, row.ShipToCountry });
        line.HasIndex(row => new { row.State, row.EndsAt });
        line.ToTable(table => table.HasCheckConstraint("license_line_quantity", "quantity >= 0"));

        var holding = Table<Holding>(builder, "holding", row => new { row.AccountId, row.LineId, row.VirtualAccountId });
        holding.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId });
        holding.Ignore(row => row.Free);
        holding.ToTable(table => table.HasCheckConstraint(
            "holding_bound", "held >= 0 and firm >= 0 and in_transition >= 0 and locked >= 0 and firm + in_transition + locked <= held"));

        Table<LicenseTransfer>(builder, "license_transfer", row => new { row.AccountId, row.TransactionId });
        var subscription = Table<UsageSubscription>(builder, "usage_subscription", row => new { row.AccountId, row.Id });
        subscription.HasIndex(row => new { row.AccountId, row.SubscriptionId });
        subscription.HasIndex(row => new { row.State, row.EndsAt });
        Table<UsagePlace>(builder, "usage_place", row => new { row.AccountId, row.UsageId, row.VirtualAccountId })
            .HasIndex(row => new { row.AccountId, row.EntitlementId, row.VirtualAccountId });
        Table<UsagePeriod>(builder, "usage_period", row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId, row.From });
        Table<LicenseTag>(builder, "license_tag", row => new { row.AccountId, row.Id })
            .HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.NameKey }).IsUnique();
        Table<LicenseTagUse>(builder, "license_tag_use", row => new { row.AccountId, row.TagId, row.EntitlementId, row.LineId });

        var entry = Table<LedgerEntry>(builder, "ledger_entry", row => new { row.AccountId, row.Seq });
        entry.HasIndex(row => new { row.AccountId, row.LineId });
        entry.HasIndex(row => new { row.AccountId, row.TransactionId });
        entry.HasIndex(row => new { row.AccountId, row.EntitlementId, row.Seq });
        entry.ToTable(table => table.HasCheckConstraint("ledger_entry_quantity", "quantity > 0"));

        var pool = Table<Pool>(builder, "pool", row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId, row.Billing });
        pool.Ignore(row => row.OwnBalance).Ignore(row => row.Reserved).Ignore(row => row.Balance).Ignore(row => row.Available).Ignore(row => row.Shortage);
        pool.ToTable(table => table.HasCheckConstraint(
            "pool_not_negative",
            "purchased >= 0 and pending >= 0 and firm >= 0 and in_transition >= 0 and uncovered >= 0 and locked >= 0 and in_use >= locked and lent >= 0 and borrowed >= 0"));

        var use = Table<LicenseUse>(builder, "license_use", row => new { row.AccountId, row.DeviceId, row.EntitlementId });
        use.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId, row.Since, row.DeviceId });
        use.HasIndex(row => new { row.AccountId, row.UnitKey }).HasFilter("unit_key is not null");
        use.Ignore(row => row.Counted).Ignore(row => row.Pool);
        use.Property(row => row.Billing).HasDefaultValue(Billing.Prepaid);
        use.Property(row => row.Covered).HasDefaultValue(false);
        use.ToTable(table => table.HasCheckConstraint("license_use_requested", "requested > 0"));

        var locks = Table<LicenseLock>(builder, "license_lock", row => new { row.AccountId, row.DeviceId, row.LineId });
        locks.HasIndex(row => new { row.AccountId, row.LineId });
        locks.ToTable(table => table.HasCheckConstraint("license_lock_quantity", "quantity > 0"));

        Table<Reservation>(builder, "reservation", row => new { row.AccountId, row.DeviceId }).HasIndex(row => new { row.AccountId, row.VirtualAccountId });
        Table<ReservedUse>(builder, "reserved_use", row => new { row.AccountId, row.DeviceId, row.EntitlementId }).HasIndex(row => new { row.AccountId, row.EntitlementId });
        var units = Table<ReservedUnits>(builder, "reserved_units", row => new { row.AccountId, row.DeviceId, row.EntitlementId, row.LineId });
        units.HasIndex(row => new { row.AccountId, row.LineId });
        units.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId });
        units.Ignore(row => row.Kept).Ignore(row => row.Sum);
        units.ToTable(table => table.HasCheckConstraint("reserved_units_not_negative", "firm >= 0 and in_transition >= 0 and uncovered >= 0 and leaving >= 0"));
        Table<UsedRequestCode>(builder, "used_request_code", row => row.Code).HasIndex(row => new { row.AccountId, row.DeviceId });
        var batch = Table<ReservationBatch>(builder, "reservation_batch", row => new { row.AccountId, row.Id });
        batch.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.Id });
        batch.HasIndex(row => row.Id).HasFilter("state = 'Running'");
        batch.Ignore(row => row.Waiting);
        Table<ReservationBatchItem>(builder, "reservation_batch_item", row => new { row.AccountId, row.BatchId, row.Number })
            .HasIndex(row => new { row.AccountId, row.BatchId, row.State, row.Number });

        Table<PoolHistory>(builder, "pool_history", row => new { row.AccountId, row.VirtualAccountId, row.EntitlementId, row.Billing, row.Hour }).Ignore(row => row.Balance);
    }

    private static void Devices(ModelBuilder builder)
    {
        var device = Table<Device>(builder, "device", row => new { row.AccountId, row.Id });
        device.HasIndex(row => new { row.AccountId, row.State, row.DisplayName, row.Id });
        device.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.State, row.DisplayName, row.Id });
        device.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.State, row.LastContactAt, row.Id });
        device.HasIndex(row => new { row.State, row.Mode, row.SilenceStage, row.LastContactAt });
        device.HasIndex(row => new { row.AccountId, row.UdiSerialNumber });
        device.HasIndex(row => new { row.AccountId, row.HostIdentifier });
        device.Ignore(row => row.SilentSince);
        device.Property(row => row.Units).HasDefaultValue("");
        device.Property(row => row.HaSequence).HasDefaultValue(0L);
        device.HasIndex(row => row.DetachedUntil).HasFilter("detached_until is not null");
        var directory = Table<DeviceDirectory>(builder, "device_directory", row => new { row.Udi, row.ProductId });
        directory.HasIndex(row => row.Piid).IsUnique();
        Table<UnitDirectory>(builder, "unit_directory", row => new { row.Udi, row.ProductId }).HasIndex(row => new { row.AccountId, row.DeviceId });
        var answer = Table<DeviceAnswer>(builder, "device_answer", row => row.NonceHash);
        answer.HasIndex(row => row.At);

        Table<AuthorityKey>(builder, "authority_key", row => row.Id);
        Table<DeviceAddition>(builder, "device_addition", row => new { row.Udi, row.ProductId, row.EntitlementId });
        var certificate = Table<IdentityCertificate>(builder, "identity_certificate", row => row.Serial);
        certificate.HasIndex(row => new { row.AccountId, row.DeviceId });
        certificate.HasIndex(row => row.RevokedAt);
        Table<RevocationList>(builder, "revocation_list", row => new { row.IssuingKeyId, row.Shard });
    }

    private static void Journals(ModelBuilder builder)
    {
        var journal = Table<EventRow>(builder, "event", row => new { row.AccountId, row.Seq });
        journal.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.Seq });
        journal.HasIndex(row => new { row.AccountId, row.OtherVirtualAccountId, row.Seq });
        journal.HasIndex(row => new { row.AccountId, row.DeviceId, row.Seq });
        journal.HasIndex(row => new { row.AccountId, row.EntitlementId, row.Seq });
        Table<AuditEntry>(builder, "audit_entry", row => new { row.AccountId, row.Seq });

        var alert = Table<Alert>(builder, "alert", row => new { row.AccountId, row.Id });
        alert.Property(row => row.SortKey).HasComputedColumnSql(
            "case level when 'Major' then 0 when 'Minor' then 1 else 2 end * 1000000000000 + coalesce(due_at, 0)", stored: true);
        alert.HasIndex(row => new { row.AccountId, row.State, row.SortKey, row.Id });
        alert.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.State, row.SortKey, row.Id });
        alert.HasIndex(row => new { row.AccountId, row.DeviceId, row.State });
        alert.HasIndex(row => new { row.AccountId, row.Subject, row.Id });
        alert.HasIndex(row => new { row.AccountId, row.Subject }).IsUnique().HasFilter("state = 'Open'");
        alert.HasIndex(row => new { row.AccountId, row.RaisedAt }).HasFilter("told_in is null");
        alert.HasIndex(row => new { row.AccountId, row.ToldIn }).HasFilter("told_in is not null");
        alert.HasIndex(row => row.DueAt).HasFilter("state = 'Open' and level = 'Minor'");
        alert.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.Level, row.HiddenUntil }).HasFilter("state = 'Open'");
        alert.HasIndex(row => new { row.AccountId, row.Kind, row.SortKey, row.Id }).HasFilter("state = 'Open'");
        alert.HasIndex(row => new { row.AccountId, row.EntitlementId, row.SortKey, row.Id }).HasFilter("state = 'Open'");

        Table<AlertHiding>(builder, "alert_hiding", row => new { row.AccountId, row.HolderKey, row.AlertId });

        // Written by triggers (0003_alert_changes.sql).
        Table<AlertChange>(builder, "alert_change", row => new { row.AccountId, row.AlertId, row.Change });
        Table<SyslogLine>(builder, "syslog_line", row => row.Id);
        Table<Webhook>(builder, "webhook", row => new { row.AccountId, row.Id });
        var delivery = Table<WebhookDelivery>(builder, "webhook_delivery", row => new { row.AccountId, row.Id });
        delivery.HasIndex(row => new { row.State, row.NextTryAt });
        delivery.HasIndex(row => new { row.AccountId, row.WebhookId, row.Id });
        delivery.HasIndex(row => row.CreatedAt);

        // What is being sent is not added to.
        delivery.Property(row => row.Attempts).IsConcurrencyToken();
    }

    private static void System(ModelBuilder builder)
    {
        var mail = Table<MailRow>(builder, "mail", row => row.Id);
        mail.HasIndex(row => new { row.State, row.NextTryAt });
        mail.HasIndex(row => row.CreatedAt);
        Table<IdBlock>(builder, "id_block", row => row.Kind);
        Table<IdempotencyRecord>(builder, "idempotency_record", row => new { row.ActorKey, row.Key }).HasIndex(row => row.At);
        Table<JobRow>(builder, "job", row => row.Name);
        // Its indices are in 0002_search.sql: the model knows no full text.
        var search = Table<SearchEntry>(builder, "search_entry", row => new { row.AccountId, row.Kind, row.Id });
        search.HasIndex(row => new { row.Kind, row.Id }).IsUnique();
        var view = Table<SavedView>(builder, "saved_view", row => new { row.AccountId, row.Id });
        view.HasIndex(row => new { row.AccountId, row.OwnerKey, row.Kind, row.NameKey }).IsUnique();
        view.HasIndex(row => row.MailDueAt);
        Table<InstallationFact>(builder, "installation_fact", row => row.Name);
        Table<ProtectionKey>(builder, "protection_key", row => row.Name);
    }

    internal static EntityTypeBuilder<TRow> Table<TRow>(
        ModelBuilder builder, string name, global::System.Linq.Expressions.Expression<Func<TRow, object?>> key)
        where TRow : class
    {
        var entity = builder.Entity<TRow>();
        entity.ToTable(name).HasKey(key);
        foreach (var part in entity.Metadata.FindPrimaryKey()!.Properties)
        {
            // Ids are made by the application (stack notes 3).
            part.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
        }

        return entity;
    }

    /// <summary>Names as SQL people write them; enumerations as their names, so that the book can be read without the program.</summary>
    public static void NameInSnakeCase(ModelBuilder builder)
    {
        foreach (var type in builder.Model.GetEntityTypes().Where(type => !type.IsMappedToJson()))
        {
            foreach (var property in type.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                var clrType = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (clrType.IsEnum)
                {
                    property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumToStringConverter<>).MakeGenericType(clrType))!);
                }
            }

            foreach (var key in type.GetKeys())
            {
                key.SetName(SnakeCase($"pk_{type.GetTableName()}"));
            }

            foreach (var index in type.GetIndexes())
            {
                var columns = string.Join('_', index.Properties.Select(property => property.GetColumnName()));
                index.SetDatabaseName(Shorten($"ix_{type.GetTableName()}_{columns}"));
            }

            foreach (var foreignKey in type.GetForeignKeys())
            {
                foreignKey.SetConstraintName($"fk_{type.GetTableName()}_{foreignKey.PrincipalEntityType.GetTableName()}");
            }
        }
    }

    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var index = 0; index < name.Length; index++)
        {
            if (char.IsUpper(name[index]) && index > 0 && name[index - 1] != '_' && !char.IsUpper(name[index - 1]))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[index]));
        }

        return text.ToString();
    }

    // PostgreSQL cuts identifiers at 63 bytes.
    private static string Shorten(string name) => name.Length <= 63 ? name : name[..63].TrimEnd('_');
}
