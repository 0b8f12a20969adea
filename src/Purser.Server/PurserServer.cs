using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Syslog;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.ApiDocs;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Compat;
using Purser.Server.Demo;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Feedback;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.Jobs;
using Purser.Server.Licenses;
using Purser.Server.Mail;
using Purser.Server.Metrics;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Preferences;
using Purser.Server.Reports;
using Purser.Server.Reservations;
using Purser.Server.Search;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Server.Usage;
using Purser.Server.Web;

namespace Purser.Server;

/// <summary>The composition root: which features exist and in which order requests pass. Nothing else knows all of them.</summary>
public static class PurserServer
{
    public static WebApplication Build(PurserSettings settings, string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ApplicationName = typeof(PurserServer).Assembly.GetName().Name });
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        StoreFeature.Add(builder.Services, settings);
        HttpFeature.Add(builder, settings);
        WebFeature.Add(builder.Services);
        MailFeature.Add(builder.Services);
        AccountsFeature.Add(builder.Services);
        PeopleFeature.Add(builder.Services, settings);
        TokensFeature.Add(builder.Services);
        PkiFeature.Add(builder, settings);
        DevicesFeature.Add(builder.Services);
        CatalogFeature.Add(builder.Services);
        InstancesFeature.Add(builder.Services);
        JobsFeature.Add(builder.Services, settings);
        AlertsFeature.Add(builder.Services);
        WebhooksFeature.Add(builder.Services);
        SyslogFeature.Add(builder.Services);
        builder.Services.AddSingleton<ShowMetrics>();
        PreferencesFeature.Add(builder.Services);
        FeedbackFeature.Add(builder.Services);
        ApiDocsFeature.Add(builder.Services);
        EventsFeature.Add(builder.Services);
        CompatFeature.Add(builder.Services);
        OrdersFeature.Add(builder.Services);
        LicensesFeature.Add(builder.Services);
        ReservationsFeature.Add(builder.Services);
        UsageFeature.Add(builder.Services);
        AuditFeature.Add(builder.Services);
        InventoryFeature.Add(builder.Services);
        SearchFeature.Add(builder.Services);
        ReportsFeature.Add(builder.Services);
        DemoFeature.Add(builder.Services, settings);
        adjust?.Invoke(builder);

        var app = builder.Build();
        TrustedProxies.Use(app, settings.Http);
        WebFeature.Use(app);
        HttpFeature.Use(app);
        WebFeature.Map(app);
        MailFeature.Map(app);
        AccountsFeature.Map(app);
        PeopleFeature.Map(app);
        TokensFeature.Map(app);
        PkiFeature.Map(app);
        DevicesFeature.Map(app);
        CatalogFeature.Map(app);
        InstancesFeature.Map(app);
        JobsFeature.Map(app, settings);
        AlertsFeature.Map(app);
        WebhooksFeature.Map(app);
        ShowMetrics.Map(app);
        PreferencesFeature.Map(app);
        FeedbackFeature.Map(app);
        ApiDocsFeature.Map(app);
        EventsFeature.Map(app);
        CompatFeature.Map(app);
        OrdersFeature.Map(app);
        LicensesFeature.Map(app);
        ReservationsFeature.Map(app);
        UsageFeature.Map(app);
        AuditFeature.Map(app);
        SearchFeature.Map(app);
        ReportsFeature.Map(app);
        RouteCheck.Demand(app);
        return app;
    }

    /// <summary>Schema, keys, first facts: everything that must be there before the first request.</summary>
    public static async Task PrepareAsync(WebApplication app)
    {
        app.Services.GetRequiredService<StoreLock>().Take();
        await app.Services.GetRequiredService<Migrator>().ApplyAsync();
        await Installation.EnsureHeadAsync(app.Services.GetRequiredService<Database>());

        // The clock first: keys and everything else look at it.
        var settings = app.Services.GetRequiredService<PurserSettings>();
        await DemoFeature.PrepareClockAsync(app.Services, settings);
        await SyslogFeature.PrepareAsync(app.Services, settings);
        await JobsFeature.PrepareAsync(app.Services, settings);
        await PkiFeature.PrepareAsync(app.Services);
        await DemoFeature.PrepareAsync(app.Services, settings);
        await JobsFeature.OpenSimulationAsync(app.Services, settings);
    }
}
