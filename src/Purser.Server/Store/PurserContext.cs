using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
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
using Purser.Server.Usage;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Bundles;
using Purser.Server.Usage.Policies;
using Purser.Server.Usage.Push;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Store;

/// <summary>
/// The whole schema. Every table is a tenant table (key starts with account_id, rows of other accounts are filtered out) or a directory table;
/// a test walks the model and insists on it.
/// </summary>
public abstract class PurserContext(DbContextOptions options) : IdentityUserContext<Person, long>(options)
{
    /// <summary>The only account whose tenant rows this context can see; null for work across accounts.</summary>
    public long? Tenant { get; init; }

    public bool IsUnlimited => Tenant is null;

    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<AccountHead> AccountHeads => Set<AccountHead>();
    public DbSet<AccountMerger> AccountMergers => Set<AccountMerger>();
    public DbSet<MergedPlace> MergedPlaces => Set<MergedPlace>();
    public DbSet<MergedRole> MergedRoles => Set<MergedRole>();
    public DbSet<MergedThing> MergedThings => Set<MergedThing>();
    public DbSet<VirtualAccount> VirtualAccounts => Set<VirtualAccount>();
    public DbSet<CustomTag> CustomTags => Set<CustomTag>();
    public DbSet<CustomTagValue> CustomTagValues => Set<CustomTagValue>();
    public DbSet<VirtualAccountTag> VirtualAccountTags => Set<VirtualAccountTag>();
    public DbSet<Agreement> Agreements => Set<Agreement>();
    public DbSet<AgreementAcceptance> AgreementAcceptances => Set<AgreementAcceptance>();
    public DbSet<OperatorGrant> OperatorGrants => Set<OperatorGrant>();
    public DbSet<RoleGrant> RoleGrants => Set<RoleGrant>();
    public DbSet<UserGroup> UserGroups => Set<UserGroup>();
    public DbSet<UserGroupMember> UserGroupMembers => Set<UserGroupMember>();
    public DbSet<GroupSpan> GroupSpans => Set<GroupSpan>();
    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();
    public DbSet<LicenseConfiguration> LicenseConfigurations => Set<LicenseConfiguration>();
    public DbSet<ConfigurationChange> ConfigurationChanges => Set<ConfigurationChange>();
    public DbSet<MailSubscription> MailSubscriptions => Set<MailSubscription>();
    public DbSet<DailyMail> DailyMails => Set<DailyMail>();
    public DbSet<MailMark> MailMarks => Set<MailMark>();
    public DbSet<InboxMessage> InboxMessages => Set<InboxMessage>();
    public DbSet<SignInEntry> SignInEntries => Set<SignInEntry>();
    public DbSet<NoticeMute> NoticeMutes => Set<NoticeMute>();
    public DbSet<AccessRule> AccessRules => Set<AccessRule>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<AuthenticatorApp> AuthenticatorApps => Set<AuthenticatorApp>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<SignInSource> SignInSources => Set<SignInSource>();
    public DbSet<SourceRole> SourceRoles => Set<SourceRole>();
    public DbSet<ProvisionedPerson> ProvisionedPeople => Set<ProvisionedPerson>();
    public DbSet<ProvisionedGroup> ProvisionedGroups => Set<ProvisionedGroup>();
    public DbSet<ProvisionedMember> ProvisionedMembers => Set<ProvisionedMember>();
    public DbSet<ApiClient> ApiClients => Set<ApiClient>();
    public DbSet<ApiClientDirectory> ApiClientDirectory => Set<ApiClientDirectory>();
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();
    public DbSet<Delegation> Delegations => Set<Delegation>();
    public DbSet<RegistrationToken> RegistrationTokens => Set<RegistrationToken>();
    public DbSet<TokenDirectory> TokenDirectory => Set<TokenDirectory>();
    public DbSet<Product> Products => Set<Product>();
    public DbSet<Entitlement> Entitlements => Set<Entitlement>();
    public DbSet<ProductEntitlement> ProductEntitlements => Set<ProductEntitlement>();
    public DbSet<ProductInclusion> ProductInclusions => Set<ProductInclusion>();
    public DbSet<Sku> Skus => Set<Sku>();
    public DbSet<SkuUpgrade> SkuUpgrades => Set<SkuUpgrade>();
    public DbSet<SkuEntitlement> SkuEntitlements => Set<SkuEntitlement>();
    public DbSet<Order> Orders => Set<Order>();
    public DbSet<OrderLine> OrderLines => Set<OrderLine>();
    public DbSet<LicenseLine> LicenseLines => Set<LicenseLine>();
    public DbSet<Holding> Holdings => Set<Holding>();
    public DbSet<LicenseTransfer> LicenseTransfers => Set<LicenseTransfer>();
    public DbSet<UsageSubscription> UsageSubscriptions => Set<UsageSubscription>();
    public DbSet<UsagePlace> UsagePlaces => Set<UsagePlace>();
    public DbSet<UsagePeriod> UsagePeriods => Set<UsagePeriod>();
    public DbSet<LicenseTag> LicenseTags => Set<LicenseTag>();
    public DbSet<LicenseTagUse> LicenseTagUses => Set<LicenseTagUse>();
    public DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();
    public DbSet<Pool> Pools => Set<Pool>();
    public DbSet<LicenseUse> LicenseUses => Set<LicenseUse>();
    public DbSet<LicenseLock> LicenseLocks => Set<LicenseLock>();
    public DbSet<Reservation> Reservations => Set<Reservation>();
    public DbSet<ReservedUnits> ReservedUnits => Set<ReservedUnits>();
    public DbSet<ReservedUse> ReservedUses => Set<ReservedUse>();
    public DbSet<UsedRequestCode> UsedRequestCodes => Set<UsedRequestCode>();
    public DbSet<ReceivedReport> ReceivedReports => Set<ReceivedReport>();
    public DbSet<UsageMeasure> UsageMeasures => Set<UsageMeasure>();
    public DbSet<PushNonce> PushNonces => Set<PushNonce>();
    public DbSet<PushedFile> PushedFiles => Set<PushedFile>();
    public DbSet<UsageExchange> UsageExchanges => Set<UsageExchange>();
    public DbSet<UsageBundle> UsageBundles => Set<UsageBundle>();
    public DbSet<UsageBundleFile> UsageBundleFiles => Set<UsageBundleFile>();
    public DbSet<IssuedAuthorization> IssuedAuthorizations => Set<IssuedAuthorization>();

    public DbSet<IssuedTrust> IssuedTrusts => Set<IssuedTrust>();

    public DbSet<PolicyChoice> PolicyChoices => Set<PolicyChoice>();

    public DbSet<ReportingStay> ReportingStays => Set<ReportingStay>();

    public DbSet<ReportingDevice> ReportingDevices => Set<ReportingDevice>();
    public DbSet<ReservationBatch> ReservationBatches => Set<ReservationBatch>();
    public DbSet<ReservationBatchItem> ReservationBatchItems => Set<ReservationBatchItem>();
    public DbSet<PoolHistory> PoolHistory => Set<PoolHistory>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<DeviceDirectory> DeviceDirectory => Set<DeviceDirectory>();
    public DbSet<DeviceAddition> DeviceAdditions => Set<DeviceAddition>();
    public DbSet<UnitDirectory> UnitDirectory => Set<UnitDirectory>();
    public DbSet<DeviceAnswer> DeviceAnswers => Set<DeviceAnswer>();
    public DbSet<Alert> Alerts => Set<Alert>();
    public DbSet<AlertHiding> AlertHidings => Set<AlertHiding>();
    public DbSet<AlertChange> AlertChanges => Set<AlertChange>();
    public DbSet<SyslogLine> SyslogLines => Set<SyslogLine>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<AuthorityKey> AuthorityKeys => Set<AuthorityKey>();
    public DbSet<IdentityCertificate> IdentityCertificates => Set<IdentityCertificate>();
    public DbSet<RevocationList> RevocationLists => Set<RevocationList>();
    public DbSet<AccountRequest> AccountRequests => Set<AccountRequest>();
    public DbSet<MailRow> Mails => Set<MailRow>();
    public DbSet<SearchEntry> SearchEntries => Set<SearchEntry>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<IdBlock> IdBlocks => Set<IdBlock>();
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    public DbSet<JobRow> Jobs => Set<JobRow>();
    public DbSet<InstallationFact> InstallationFacts => Set<InstallationFact>();
    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();

    /// <summary>Whatever is saved, and by whom: the texts by which it is found are saved with it.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var changes = SearchChanges.Of(ChangeTracker);
        if (!changes.Any)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await using var transaction = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        var count = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        await changes.WriteAsync(this, cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return count;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // Instants are epoch seconds on both engines: SQLite cannot order a DateTimeOffset (stack notes 3).
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<EpochSeconds>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        SchemaTables.Configure(builder);
        SchemaTables.NameInSnakeCase(builder);
        TenantFilter.Apply(builder, this);
    }

    private sealed class EpochSeconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeSeconds(),
        seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));
}

public sealed class SqlitePurserContext(DbContextOptions<SqlitePurserContext> options) : PurserContext(options);

public sealed class PostgresPurserContext(DbContextOptions<PostgresPurserContext> options) : PurserContext(options);
