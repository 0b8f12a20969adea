using System.Collections.Frozen;
using static Purser.Server.People.Permission;

namespace Purser.Server.People;

/// <summary>
/// The one table that authorizes every route and page: which role has which permission.
/// Source: portal reference 14.1 (role–permission matrix); FAQ; domain rules 12.3.
/// </summary>
public static class RoleTable
{
    private static readonly FrozenSet<Permission> Viewing =
        new[] { AccountView, VirtualAccountView, TokenView, LicenseView, DeviceView, AlertView, EventView, TransactionView, ReportRun }.ToFrozenSet();

    // Licensing work, no people, no virtual accounts (domain rules 12.3).
    private static readonly FrozenSet<Permission> Licensing =
        Viewing.Concat([TokenManage, LicenseTransfer, LicenseTag, DeviceTransfer, DeviceRemove, DeviceDetach, LicenseReserve, UsageReport, AlertAct, ViewSave, ViewShare]).ToFrozenSet();

    // A viewer changes nothing that others see, but keeps views of his own.
    private static readonly FrozenSet<Permission> Reading = Viewing.Append(ViewSave).ToFrozenSet();

    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> Rows = new Dictionary<Role, FrozenSet<Permission>>
    {
        [Role.SmartAccountAdministrator] = Licensing.Concat(
        [
            AccountPropertiesEdit, AccountUpgrade, AgreementView, AgreementAccept, VirtualAccountCreateTop, VirtualAccountCreateNested, VirtualAccountEdit, TagDefine,
            PeopleView, PeopleManage, GroupManage, AccessRequestView, AccessRequestDecide, AccessRuleManage, ClientManage, AccountEventView, ViewManage, WebhookManage, LicenseConfigure,
        ]).ToFrozenSet(),

        // Properties, users (view), agreements, event log; no inventory, alerts, reports (domain rules 12.3).
        [Role.SmartAccountApprover] = new[] { AccountView, AccountPropertiesEdit, AgreementView, AgreementAccept, PeopleView, AccessRequestView, AccountEventView }.ToFrozenSet(),
        [Role.SmartAccountUser] = Licensing,
        [Role.SmartAccountViewer] = Reading,

        // People and nested virtual accounts below the own ones, agreements read-only (domain rules 12.3).
        [Role.VirtualAccountAdministrator] = Licensing.Concat(
            [AgreementView, VirtualAccountCreateNested, VirtualAccountEdit, PeopleView, PeopleManage, AccessRequestView, AccessRequestDecide, AccountEventView]).ToFrozenSet(),
        [Role.VirtualAccountUser] = Licensing,
        [Role.VirtualAccountViewer] = Reading,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<OperatorRole, FrozenSet<Permission>> OperatorRows = new Dictionary<OperatorRole, FrozenSet<Permission>>
    {
        // Runs catalog, orders and accounts; sees an account's book because he writes in it, but acts in no customer's inventory.
        [OperatorRole.LicensingAdministrator] = new[]
        {
            OperatorConsole, CatalogView, CatalogEdit, OrderView, OrderEdit, AccountList, AccountCreate, AccountEdit, AccountMerge, LicenseAddRemove,
            AgreementPublish, AuditView, AuthorityView, AuthorityRotate, StaffManage, MailManage, PersonHelp, InboxAnswer, SignInManage, SimulationControl, MetricsView, AccountView, VirtualAccountView, TransactionView,
            LicenseView,
        }.ToFrozenSet(),

        // The small support group sees an account as its viewers do (domain rules 11.3).
        [OperatorRole.Support] = Viewing.Concat([OperatorConsole, InboxAnswer, CatalogView, OrderView, AccountList, AccountEventView, AgreementView, AuthorityView, MetricsView]).ToFrozenSet(),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<Permission> ReadScope =
        Viewing.Concat([SignedIn, AgreementView, PeopleView, AccessRequestView, AccountEventView, CatalogView, OrderView, AccountList, AuditView, AuthorityView, OperatorConsole, MetricsView]).ToFrozenSet();

    // Views are set up once, as programs are: no daily work.
    private static readonly FrozenSet<Permission> WriteScope =
        new[] { TokenManage, LicenseTransfer, LicenseTag, DeviceTransfer, DeviceRemove, DeviceDetach, LicenseReserve, UsageReport, AlertAct }.ToFrozenSet();

    public static IReadOnlySet<Permission> Of(Role role) => Rows[role];

    public static bool Allows(Role role, Permission permission) => Rows[role].Contains(permission);

    public static bool Allows(OperatorRole role, Permission permission) => OperatorRows[role].Contains(permission);

    public static bool AnySignedIn(Permission permission) => permission is SignedIn or ProfileEdit;

    /// <summary>The scope that an API client's token needs for a permission: reading, daily work, or administration.</summary>
    public static ApiScope ScopeOf(Permission permission) =>
        ReadScope.Contains(permission) ? ApiScope.Read
        : WriteScope.Contains(permission) ? ApiScope.Write
        : ApiScope.Manage;
}
