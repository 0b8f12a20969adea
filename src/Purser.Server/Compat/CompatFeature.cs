using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Compat;

/// <summary>
/// The published smart licensing API, on cloud and on on-prem addresses (AP-02): a thin translation onto the same use cases, for scripts and tools
/// that people already have.
/// </summary>
public static class CompatFeature
{
    private const string Place = "/virtual-accounts/{place}";

    public static void Add(IServiceCollection services) => services
        .AddSingleton<Places>()
        .AddSingleton<AccountCalls>()
        .AddSingleton<VirtualAccountCalls>()
        .AddSingleton<TokenCalls>()
        .AddSingleton<LicenseCalls>()
        .AddSingleton<SubscriptionCalls>()
        .AddSingleton<LicenseTransferCall>()
        .AddSingleton<DeviceCalls>()
        .AddSingleton<DeviceChangeCalls>()
        .AddSingleton<ReservationCalls>()
        .AddSingleton<AlertCalls>()
        .AddSingleton<SubscriptionSearchCall>()
        .AddSingleton<UsageCalls>()
        .AddSingleton<AuthorizationCall>()
        .AddSingleton<UsageSummaryCall>();

    /// <summary>Before routing.</summary>
    public static void Use(IApplicationBuilder app) => app.UseMiddleware<PublishedAddresses>();

    public static void Map(IEndpointRouteBuilder app)
    {
        var cloud = app.MapGroup(PublishedAddresses.Cloud).WithMetadata(PublishedRefusals.Cloud).ExcludeFromDescription();
        cloud.MapGet("/v2/accounts", (HttpContext context, AccountCalls calls) => calls.ListAsync(context)).Requires(Permission.SignedIn);
        cloud.MapGet("/v1/accounts/search", (HttpContext context, AccountCalls calls) => calls.SearchAsync(context)).Requires(Permission.SignedIn);
        cloud.MapGet("/v2/accounts/search", (HttpContext context, AccountCalls calls) => calls.SearchWithNumbersAsync(context)).Requires(Permission.SignedIn);
        cloud.MapPost("/v2/accounts/search", (HttpContext context, AccountCalls calls) => calls.SuggestAsync(context)).Requires(Permission.SignedIn);
        MapVirtualAccounts(cloud, "/v1/accounts/{account}/{type}/virtual-accounts");
        MapInventory(cloud, "/v1/accounts/{account}");
        cloud.MapPost("/v1/subscription/search", (HttpContext context, SubscriptionSearchCall call) => call.SearchAsync(context)).Requires(Permission.SignedIn);
        MapReservations(cloud, "/v2/accounts/{account}");
        cloud.MapPost($"/v2/accounts/{{account}}{Place}/devices/remove", RemoveManyAsync).Requires(Permission.DeviceRemove);
        cloud.MapPost("/v3/accounts/{account}/devices/remove", RemoveManyAsync).Requires(Permission.DeviceRemove);

        cloud.MapPost("/v2/devices/reportusage", (HttpContext context, UsageCalls calls) => calls.ReportAsync(context)).Requires(Permission.SignedIn);
        cloud.MapPost("/v2/devices/authrequest", (HttpContext context, AuthorizationCall call) => call.AnswerAsync(context)).Requires(Permission.SignedIn);
        cloud.MapPost("/v2/accounts/poll", (HttpContext context, UsageCalls calls) => calls.PollAsync(context)).Requires(Permission.SignedIn);
        cloud.MapPost("/v2/licenses/summary", (HttpContext context, UsageSummaryCall call) => call.ShowAsync(context, isCurrent: false)).Requires(Permission.SignedIn);
        cloud.MapPost("/v3/licenses/summary", (HttpContext context, UsageSummaryCall call) => call.ShowAsync(context, isCurrent: true)).Requires(Permission.SignedIn);
        cloud.MapPost("/licensing/v2/account/{account}/licenses/reserve-bulk", ReserveBulkAsync).Requires(Permission.LicenseReserve);
        app.MapPost("/v1/software/apis/licensing/v2/account/{account}/licenses/reserve-bulk", ReserveBulkAsync).Requires(Permission.LicenseReserve)
            .WithMetadata(PublishedRefusals.Cloud).ExcludeFromDescription();

        // The one list of the newer contract that the classic addresses are not known to have (API reference 5.1).
        app.MapPost("/v1/software/apis/licensing/v1/account/{account}/get-alerts", AlertsAsync).Requires(Permission.AlertView)
            .WithMetadata(PublishedRefusals.Cloud).ExcludeFromDescription();

        var onPrem = app.MapGroup(PublishedAddresses.OnPrem).WithMetadata(PublishedRefusals.OnPrem, AccountByName.Instance).ExcludeFromDescription();
        onPrem.MapPost("/upstream_satellites/accounts", (HttpContext context, AccountCalls calls) => calls.OnPremAsync(context)).Requires(Permission.SignedIn);
        MapVirtualAccounts(onPrem, "/accounts/{account}/virtual-accounts");
        MapInventory(onPrem, "/accounts/{account}");
    }

    private static void MapVirtualAccounts(RouteGroupBuilder group, string path)
    {
        group.MapGet(path, (HttpContext context, VirtualAccountCalls calls) => calls.ListAsync(context)).Requires(Permission.VirtualAccountView);
        group.MapPost(path, (HttpContext context, VirtualAccountCalls calls) => calls.CreateAsync(context)).Requires(Permission.VirtualAccountCreateNested);
        group.MapPost($"{path}/{{place}}/delete", (HttpContext context, VirtualAccountCalls calls) => calls.DeleteAsync(context)).Requires(Permission.VirtualAccountEdit);
    }

    private static void MapInventory(RouteGroupBuilder group, string account)
    {
        MapReservations(group, account);
        var place = account + Place;
        group.MapGet($"{place}/tokens", (HttpContext context, TokenCalls calls) => calls.ListAsync(context)).Requires(Permission.TokenView);
        group.MapPost($"{place}/tokens", (HttpContext context, TokenCalls calls) => calls.CreateAsync(context)).Requires(Permission.TokenManage);
        group.MapPost($"{place}/tokens/revoke", (HttpContext context, TokenCalls calls) => calls.RevokeAsync(context)).Requires(Permission.TokenManage);
        group.MapPost($"{account}/licenses", (HttpContext context, LicenseCalls calls) => calls.ListAsync(context)).Requires(Permission.LicenseView);
        group.MapPost($"{account}/license-subscriptions", (HttpContext context, SubscriptionCalls calls) => calls.ListAsync(context)).Requires(Permission.LicenseView);
        group.MapPost($"{account}/alerts", AlertsAsync).Requires(Permission.AlertView);
        group.MapPost($"{place}/licenses/transfer", (HttpContext context, LicenseTransferCall call) => call.TransferAsync(context)).Requires(Permission.LicenseTransfer);
        group.MapGet($"{place}/devices", (HttpContext context, DeviceCalls calls) => calls.ListAsync(context)).Requires(Permission.DeviceView);
        group.MapPost($"{account}/devices", (HttpContext context, DeviceCalls calls) => calls.SearchAsync(context)).Requires(Permission.DeviceView);
        group.MapPost($"{place}/devices/transfer", (HttpContext context, DeviceChangeCalls calls) => calls.TransferAsync(context)).Requires(Permission.DeviceTransfer);
        group.MapPost($"{place}/devices/remove", (HttpContext context, DeviceChangeCalls calls) => calls.RemoveOneAsync(context)).Requires(Permission.DeviceRemove);
    }

    private static void MapReservations(RouteGroupBuilder group, string account)
    {
        group.MapPost($"{account}{Place}/reserve-licenses", (HttpContext context, ReservationCalls calls) => calls.ReserveAsync(context)).Requires(Permission.LicenseReserve);
        group.MapPost($"{account}{Place}/update-licenses", (HttpContext context, ReservationCalls calls) => calls.UpdateAsync(context)).Requires(Permission.LicenseReserve);
        group.MapPost($"{account}{Place}/confirm-licenses", (HttpContext context, ReservationCalls calls) => calls.ConfirmAsync(context)).Requires(Permission.LicenseReserve);
    }

    private static Task<IResult> ReserveBulkAsync(HttpContext context, ReservationCalls calls) => calls.ReserveBulkAsync(context);

    private static Task<IResult> AlertsAsync(HttpContext context, AlertCalls calls) => calls.ListAsync(context);

    private static Task<IResult> RemoveManyAsync(HttpContext context, DeviceChangeCalls calls) => calls.RemoveManyAsync(context);
}
