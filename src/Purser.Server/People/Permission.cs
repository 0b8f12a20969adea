namespace Purser.Server.People;

/// <summary>The closed list of permissions. Every route and page names exactly one; <see cref="RoleTable"/> says who has it.</summary>
public enum Permission
{
    // doors without a person behind them
    Anonymous,
    DeviceDoor,
    ProvisioningDoor,

    // anybody signed in
    SignedIn,
    ProfileEdit,

    // a Smart Account
    AccountView,
    AccountPropertiesEdit,
    AccountUpgrade,
    AgreementView,
    AgreementAccept,
    VirtualAccountView,
    VirtualAccountCreateTop,
    VirtualAccountCreateNested,
    VirtualAccountEdit,
    TagDefine,
    PeopleView,
    PeopleManage,
    GroupManage,
    AccessRequestView,
    AccessRequestDecide,
    AccessRuleManage,
    ClientManage,
    AccountEventView,
    TokenView,
    TokenManage,
    LicenseView,
    LicenseTransfer,
    LicenseTag,
    DeviceView,
    DeviceTransfer,
    DeviceRemove,
    AlertView,
    AlertAct,
    EventView,
    TransactionView,

    // the operator
    OperatorConsole,
    CatalogView,
    CatalogEdit,
    OrderView,
    OrderEdit,
    AccountList,
    AccountCreate,
    AccountEdit,
    AccountMerge,
    LicenseAddRemove,
    AgreementPublish,
    AuditView,
    AuthorityView,
    AuthorityRotate,
    StaffManage,
    MailManage,
    PersonHelp,
    SignInManage,
    SimulationControl,
}
