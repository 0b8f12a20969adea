using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>
/// Switches the flags of "License Configuration" with a note why, and shows their change log (RP-02; help ch. 9; domain rules 12.7: Smart Account
/// Administrators only).
/// </summary>
public sealed class ConfigureLicenses(WritePath writePath, Database database, Outbox outbox)
{
    public const string Name = "licenses.configure";
    public const int LongestNotes = 1000;

    private static readonly Keyset<ConfigurationChange> Newest = Keyset.Descending((ConfigurationChange row) => row.Seq);

    /// <param name="AddToInventory">Null: as it is.</param>
    /// <param name="ShowTransactionDetails">Null: as it is.</param>
    /// <param name="Notes">The reason for the change.</param>
    public sealed record Input(bool? AddToInventory = null, bool? ShowTransactionDetails = null, string Notes = "");

    public sealed record Answer(bool AddToInventory, bool ShowTransactionDetails);

    public sealed record Change(long Seq, DateTimeOffset At, ConfigurationFlag Flag, bool IsEnabled, string Notes, string ChangedBy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/license-configuration", async (ConfigureLicenses configure, HttpContext context) =>
                TypedResults.Ok(await configure.ShowAsync(context.Account().Id, context.RequestAborted)))
            .Requires(Permission.LicenseConfigure).WithSummary("Show the flags of the license configuration").WithTags("Preferences");
        routes.MapPut("/api/v1/accounts/{account}/license-configuration", async (Input input, ConfigureLicenses configure, HttpContext context) =>
                (await configure.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseConfigure).WithSummary("Switch flags of the license configuration, with a note why").WithTags("Preferences");
        routes.MapGet("/api/v1/accounts/{account}/license-configuration/changes", async ([AsParameters] PageRequest page, ConfigureLicenses configure, HttpContext context) =>
                TypedResults.Ok(await configure.ChangesAsync(context.Account().Id, page, context.RequestAborted)))
            .Requires(Permission.LicenseConfigure).WithSummary("List who switched which flag, when and why, newest first").WithTags("Preferences");
    }

    public async Task<Answer> ShowAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var row = await db.LicenseConfigurations.FirstOrDefaultAsync(row => row.AccountId == accountId, cancellation) ?? new LicenseConfiguration();
        return new Answer(row.AddToInventory, row.ShowTransactionDetails);
    }

    public async Task<Page<Change>> ChangesAsync(long accountId, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return (await db.ConfigurationChanges.Where(row => row.AccountId == accountId).ToPageAsync(Newest, page, cancellation))
            .Map(row => new Change(row.Seq, row.At, row.Flag, row.IsEnabled, row.Notes, row.ChangedBy));
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Notes, nameof(input.Notes), "the reason for the change", LongestNotes) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == command.Accounts[0], cancellation);
            if (await scope.Db.LicenseConfigurations.FirstOrDefaultAsync(row => row.AccountId == account.Id, cancellation) is not { } row)
            {
                row = new LicenseConfiguration { AccountId = account.Id };
                scope.Db.LicenseConfigurations.Add(row);
            }

            var switched = Switch(row, input).ToList();
            if (switched.Count == 0)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "Both flags stand like this already: nothing was changed.");
            }

            var seq = await scope.Db.ConfigurationChanges.Where(one => one.AccountId == account.Id).MaxAsync(one => (long?)one.Seq, cancellation) ?? 0;
            foreach (var (flag, isEnabled) in switched)
            {
                scope.Db.ConfigurationChanges.Add(new ConfigurationChange
                {
                    AccountId = account.Id, Seq = ++seq, At = scope.Now, Flag = flag, IsEnabled = isEnabled, Notes = input.Notes.Trim(), ChangedBy = scope.Actor.Name,
                });
                scope.Journal(account.Id).Append(AccountEvents.FlagSwitched(flag.Display(), isEnabled));
            }

            if (switched.Exists(one => one.Flag == ConfigurationFlag.AddToInventory))
            {
                await TellAsync(scope, account, row.AddToInventory, input.Notes, cancellation);
            }

            return new Answer(row.AddToInventory, row.ShowTransactionDetails);
        }, cancellation);
    }

    private static IEnumerable<(ConfigurationFlag Flag, bool IsEnabled)> Switch(LicenseConfiguration row, Input input)
    {
        if (input.AddToInventory is { } add && add != row.AddToInventory)
        {
            row.AddToInventory = add;
            yield return (ConfigurationFlag.AddToInventory, add);
        }

        if (input.ShowTransactionDetails is { } show && show != row.ShowTransactionDetails)
        {
            row.ShowTransactionDetails = show;
            yield return (ConfigurationFlag.ShowTransactionDetails, show);
        }
    }

    // help ch. 9: "Smart Account Administrators will receive an email notification any time the Add to Inventory flag status has changed."
    private async Task TellAsync(WriteScope scope, Account account, bool isEnabled, string notes, CancellationToken cancellation)
    {
        var state = isEnabled ? "Enabled" : "Disabled";
        foreach (var email in await Administrators.EmailsAsync(scope.Db, account.Id, cancellation))
        {
            outbox.Post(scope, new MailDraft(email, $"Add to Inventory was set to {state} in {account.Name}")
                .Say($"The flag Add to Inventory of the Smart Account {account.Name} ({account.Domain}) was set to {state} by {scope.Actor.Name}.")
                .Say("Reason:").Quote(notes.Trim())
                .Link("License Configuration", $"{outbox.PublicUrl}/accounts/{account.Domain}/preferences"));
        }
    }
}
