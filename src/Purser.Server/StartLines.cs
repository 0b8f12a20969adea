using Microsoft.EntityFrameworkCore;
using Purser.Server.People.SignIn;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server;

/// <summary>What a person who starts the server wants to know: where it is, how to get in, what is in it.</summary>
internal static class StartLines
{
    public static async Task<IReadOnlyList<string>> OfAsync(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<PurserSettings>();
        var database = app.Services.GetRequiredService<Database>();
        var address = settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"http://localhost:{settings.Http.Port}";
        var lines = new List<string>
        {
            $"{settings.Vendor.PortalName} of {settings.Vendor.Name}",
            $"  Address   {address}  and with TLS  https://localhost:{settings.Http.HttpsPort}",
        };
        if (await SetupLink.RenewAsync(database, app.Services.GetRequiredService<TimeProvider>()) is { } path)
        {
            lines.Add($"  Set up    There is no operator yet. Make the first one within 24 hours, once: {address}{path}");
        }
        else
        {
            lines.Add($"  Sign in   {address}/sign-in");
        }

        lines.Add($"  Status    {await StatusAsync(settings, database)}");
        return lines;
    }

    private static async Task<string> StatusAsync(PurserSettings settings, Database database)
    {
        await using var db = database.Read();
        var store = settings.Store.IsPostgres ? "PostgreSQL" : $"SQLite in {settings.Store.SqliteFile}";
        return $"{store}, {Count(await db.Accounts.CountAsync(), "Smart Account")}, {Count(await db.DeviceDirectory.CountAsync(), "product instance")}. Ctrl-C stops.";
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
