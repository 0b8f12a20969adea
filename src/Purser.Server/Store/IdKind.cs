namespace Purser.Server.Store;

/// <summary>What is numbered. The names are the keys of the id_block table.</summary>
public enum IdKind
{
    Account,
    VirtualAccount,
    Person,
    Grant,
    Client,
    Token,
    Product,
    Entitlement,
    Sku,
    Order,
    Line,
    Transaction,
    Device,
    Alert,
    AuthorityKey,
    Mail,
    AccountRequest,
    Tag,
    Group,
    Merger,
    AccessRequest,
    SignInSource,
    ProvisionedGroup,
    SignInEntry,
    View,
    Webhook,
    WebhookDelivery,
    SyslogLine,
}
