using Purser.Server.Accounts.Pages;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Accounts;

/// <summary>Smart Accounts, virtual accounts, the agreement.</summary>
public static class AccountsFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AccountLookup>();
        services.AddSingleton<ShowAccount>();
        services.AddSingleton<AgreementGate>();
        services.AddJob<AnnounceAgreement>("agreement.announce", TimeSpan.FromMinutes(10), JobClock.Machine);
        services.AddSingleton<CreateAccount>();
        services.AddSingleton<EditAccount>();
        services.AddSingleton<UpgradeAccount>();
        services.AddSingleton<ListAccounts>();
        services.AddSingleton<ListMyAccounts>();
        services.AddSingleton<ApprovalMail>();
        services.AddSingleton<RequestAccount>();
        services.AddSingleton<DecideAccountRequest>();
        services.AddSingleton<ChaseAccountRequest>();
        services.AddSingleton<ActivateAccount>();
        services.AddSingleton<ListAccountRequests>();
        services.AddSingleton<FindAccounts>();
        services.AddSingleton<MergeAccounts>();
        services.AddSingleton<UndoMerger>();
        services.AddSingleton<ListMergers>();
        services.AddJob<ConfirmMergers>("accounts.confirm-mergers", ConfirmMergers.Period);
        services.AddSingleton<CreateVirtualAccount>();
        services.AddSingleton<EditVirtualAccount>();
        services.AddSingleton<MoveVirtualAccount>();
        services.AddSingleton<MakeVirtualAccountDefault>();
        services.AddSingleton<DeleteVirtualAccount>();
        services.AddSingleton<ListVirtualAccounts>();
        services.AddSingleton<ListTags>();
        services.AddSingleton<SaveTag>();
        services.AddSingleton<DeleteTag>();
        services.AddSingleton<PublishAgreement>();
        services.AddSingleton<AcceptAgreement>();
        services.AddSingleton<ViewAgreement>();
        services.AddSingleton<ListAgreements>();
        services.AddNavigation(
            new NavigationItem(NavigationGroup.Work, 1, "Smart Accounts", "building", "/accounts", Permission.SignedIn) { ForGuests = true },
            new NavigationItem(NavigationGroup.Work, 2, "Find a Smart Account", "search", "/directory", Permission.SignedIn) { ForGuests = true },
            new NavigationItem(NavigationGroup.Account, 10, "Properties", "building", "/accounts/{account}/properties", Permission.AccountView),
            new NavigationItem(NavigationGroup.Account, 20, "Virtual accounts", "sitemap", "/accounts/{account}/virtual-accounts", Permission.VirtualAccountView),
            new NavigationItem(NavigationGroup.Account, 25, "Custom tags", "tags", "/accounts/{account}/tags", Permission.VirtualAccountView),
            new NavigationItem(NavigationGroup.Account, 60, "Agreements", "file-text", "/accounts/{account}/agreements", Permission.AgreementView),
            new NavigationItem(NavigationGroup.Operator, 30, "Accounts", "building", "/operator/accounts", Permission.AccountList),
            new NavigationItem(NavigationGroup.Operator, 35, "Account requests", "inbox", "/operator/account-requests", Permission.AccountList),
            new NavigationItem(NavigationGroup.Operator, 37, "Mergers and splits", "git-merge", "/operator/mergers", Permission.AccountList),
            new NavigationItem(NavigationGroup.Operator, 40, "Agreement", "file-text", "/operator/agreements", Permission.AgreementPublish));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        AccountForms.Map(routes);
        VirtualAccountForms.Map(routes);
        ShowAccount.Map(routes);
        CreateAccount.Map(routes);
        EditAccount.Map(routes);
        UpgradeAccount.Map(routes);
        ListAccounts.Map(routes);
        ListMyAccounts.Map(routes);
        RequestForms.Map(routes);
        RequestAccount.Map(routes);
        DecideAccountRequest.Map(routes);
        ChaseAccountRequest.Map(routes);
        ActivateAccount.Map(routes);
        ListAccountRequests.Map(routes);
        FindAccounts.Map(routes);
        MergerForms.Map(routes);
        MergeAccounts.Map(routes);
        UndoMerger.Map(routes);
        ConfirmMergers.Map(routes);
        ListMergers.Map(routes);
        CreateVirtualAccount.Map(routes);
        EditVirtualAccount.Map(routes);
        MoveVirtualAccount.Map(routes);
        MakeVirtualAccountDefault.Map(routes);
        DeleteVirtualAccount.Map(routes);
        ListVirtualAccounts.Map(routes);
        TagForms.Map(routes);
        ListTags.Map(routes);
        SaveTag.Map(routes);
        DeleteTag.Map(routes);
        PublishAgreement.Map(routes);
        AcceptAgreement.Map(routes);
        ViewAgreement.Map(routes);
        ListAgreements.Map(routes);
    }
}
