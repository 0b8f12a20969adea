using Purser.Server.Jobs;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Bills;
using Purser.Server.Usage.Bundles;
using Purser.Server.Usage.Pages;
using Purser.Server.Usage.Policies;
using Purser.Server.Usage.Push;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Usage;

/// <summary>Licensing by policy: product instances report what they use (SP-01 to SP-08).</summary>
public static class UsageFeature
{
    private const string OfVirtualAccount = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}";

    public static void Add(IServiceCollection services)
    {
        BundlesFeature.Add(services);
        PushFeature.Add(services);
        services
            .AddSingleton<AcknowledgementMint>()
            .AddSingleton<ReceiveReports>()
            .AddSingleton<ListReports>()
            .AddSingleton<ShowReport>()
            .AddSingleton<ShowBill>()
            .AddSingleton<AuthorizeDevices>()
            .AddSingleton<DeviceAuthorization>()
            .AddSingleton<EstablishTrust>()
            .AddSingleton<ShowTrust>()
            .AddSingleton<ChoosePolicy>()
            .AddSingleton<ShowPolicy>()
            .AddSingleton<UsageExchanges>()
            .AddJob<TellOverdueReports>(TellOverdueReports.Name, TimeSpan.FromHours(1))
            .AddJob<ForgetExchanges>(ForgetExchanges.Name, TimeSpan.FromHours(1));
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var place = app.MapGroup(OfVirtualAccount).WithTags("Usage reports");
        ReceiveReports.Map(place);
        AuthorizeDevices.Map(place);
        EstablishTrust.Map(place);
        ListReports.Map(place.MapGroup("/devices"));
        ShowReport.Map(place.MapGroup("/devices"));
        DeviceAuthorization.Map(place.MapGroup("/devices"));
        ShowTrust.Map(place.MapGroup("/devices"));
        BundlesFeature.Map(app, place);
        ShowBill.Map(app, place);
        PushDoor.Map(app);
        ChoosePolicy.Map(app);
        ShowPolicy.Map(app);
        UsageForms.Map(app);
        PolicyForms.Map(app);
        AuthorizationForms.Map(app);
        TrustForms.Map(app);
    }
}
