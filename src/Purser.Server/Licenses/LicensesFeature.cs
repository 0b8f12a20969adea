using Purser.Server.Jobs;

namespace Purser.Server.Licenses;

public static class LicensesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AddLicenses>();
        services.AddSingleton<RemoveLicenses>();
        services.AddSingleton<TransferLicenses>();
        services.AddSingleton<UndoTransfer>();
        services.AddSingleton<UpgradeLicenses>();
        services.AddSingleton<ChangeAssignment>();
        services.AddSingleton<ChangeSubscription>();
        services.AddSingleton<TransferOptions>();
        services.AddSingleton<ListLicenses>();
        services.AddSingleton<ShowLicense>();
        services.AddSingleton<ShowUsage>();
        services.AddSingleton<PastFigures>();
        services.AddSingleton<ForecastUse>();
        services.AddSingleton<ExplainCompliance>();
        services.AddSingleton<ListTransactions>();
        services.AddSingleton<TransferProposal>();
        services.AddSingleton<ListLicenseLines>();
        services.AddSingleton<ListLicenseTags>();
        services.AddSingleton<AssignedLicenseTags>();
        services.AddSingleton<AssignLicenseTags>();
        services.AddSingleton<ChangeLicenseTag>();
        services.AddJob<SettleTiers>("licenses.settle-tiers", SettleTiers.Period);
        services.AddJob<ExpireLicenses>("licenses.expire", ExpireLicenses.Period);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        AddLicenses.Map(routes);
        RemoveLicenses.Map(routes);
        ByHandForms.Map(routes);
        LicenseRoutes.Map(routes);
        LicenseForms.Map(routes);
        UndoTransfer.Map(routes);
        UpgradeLicenses.Map(routes);
        UpgradeForms.Map(routes);
        ChangeAssignment.Map(routes);
        AssignmentForms.Map(routes);
        ChangeSubscription.Map(routes);
        SubscriptionForms.Map(routes);
        ListLicenseTags.Map(routes);
        AssignLicenseTags.Map(routes);
        ChangeLicenseTag.Map(routes);
        LicenseTagForms.Map(routes);
    }
}
