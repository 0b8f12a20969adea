using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>The properties of an account change: its own by its administrators, what it is permitted by an operator. What is left out stays.</summary>
public sealed class EditAccount(WritePath writePath)
{
    public const string Name = "accounts.edit";
    public const int LongestDescription = 500;

    public sealed record Input
    {
        public string? Name { get; init; }
        public string? Description { get; init; }
        public string? Headquarters { get; init; }
        public SearchVisibility? Visibility { get; init; }

        /// <summary>May make tokens that allow export-controlled functionality (domain rules 9.1).</summary>
        public bool? ExportPermitted { get; init; }

        /// <summary>Its product instances must hold restricted licenses of their own; excludes the other regime (domain rules 9.1).</summary>
        public bool? HoldsRestrictedLicenses { get; init; }

        /// <summary>Devices that never connect may reserve licenses (domain rules 8.1).</summary>
        public bool? SpecificReservation { get; init; }

        /// <summary>They may get a code for whatever they ask for (domain rules 8.11).</summary>
        public bool? UniversalReservation { get; init; }

        public AccountStatus? Status { get; init; }

        /// <summary>The customer's party id in the vendor's customer registry; empty to take it away.</summary>
        public string? PartyId { get; init; }
    }

    /// <summary>What the account's own people may change (domain rules 12.3: administrators and approvers).</summary>
    public sealed record Properties(string? Name = null, string? Description = null, string? Headquarters = null, SearchVisibility? Visibility = null)
    {
        public Input ToInput() => new() { Name = Name, Description = Description, Headquarters = Headquarters, Visibility = Visibility };
    }

    public sealed record Answer(long Id, string Domain, string Name, string Description, AccountStatus Status, bool ExportPermitted, string PartyId)
    {
        public string Headquarters { get; init; } = "";
        public SearchVisibility Visibility { get; init; }
        public bool HoldsRestrictedLicenses { get; init; }
        public bool SpecificReservation { get; init; }
        public bool UniversalReservation { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPatch("/api/v1/accounts/{account}", (Properties body, EditAccount edit, HttpContext context) => AnswerAsync(body.ToInput(), edit, context))
            .Requires(Permission.AccountPropertiesEdit)
            .WithSummary("Change name, description, headquarters or search visibility of the Smart Account")
            .WithTags("Accounts");
        routes.MapPatch("/api/v1/operator/accounts/{account}", (Input body, EditAccount edit, HttpContext context) => AnswerAsync(body, edit, context))
            .Requires(Permission.AccountEdit)
            .WithSummary("Change name, description, status, export permission or customer registry id of a Smart Account")
            .WithTags("Operator: accounts");
    }

    private static async Task<VerdictResult<Answer>> AnswerAsync(Input input, EditAccount edit, HttpContext context) =>
        (await edit.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (Problem(input) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == command.Accounts[0], cancellation);
            if (input.Status is { } status && status != account.Status && !await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == account.Id, cancellation))
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{account.Domain} was merged into another Smart Account and is empty. Undo the merger to open it again.", nameof(input.Status));
            }

            if ((input.ExportPermitted ?? account.ExportPermitted) && (input.HoldsRestrictedLicenses ?? account.HoldsRestrictedLicenses))
            {
                return Verdict.Refused(
                    RefusalCode.InvalidInput,
                    "Export control is by one regime: either tokens may permit export-controlled functionality, or product instances hold restricted licenses. Choose one.",
                    nameof(input.HoldsRestrictedLicenses));
            }

            var changes = Apply(account, input).ToList();
            if (changes.Count > 0)
            {
                scope.Journal(account.Id).Append(AccountEvents.AccountEdited(account.Name, changes));
            }

            return new Answer(account.Id, account.Domain, account.Name, account.Description, account.Status, account.ExportPermitted, account.PartyId)
            {
                Headquarters = account.Headquarters, Visibility = account.Visibility, HoldsRestrictedLicenses = account.HoldsRestrictedLicenses,
                SpecificReservation = account.SpecificReservation, UniversalReservation = account.UniversalReservation,
            };
        }, cancellation);
    }

    private static Refusal? Problem(Input input) =>
        (input.Name is null ? null : InputText.Problem(input.Name, nameof(input.Name), "a name", CreateAccount.LongestName))
        ?? InputText.Problem(input.Description, nameof(input.Description), "the description", LongestDescription, isOptional: true)
        ?? InputText.Problem(input.Headquarters, nameof(input.Headquarters), "the address", AccountRequestRules.LongestAddress, isOptional: true)
        ?? InputText.Problem(input.PartyId, nameof(input.PartyId), "the customer registry id", CreateAccount.LongestPartyId, isOptional: true);

    private static IEnumerable<string> Apply(Account account, Input input)
    {
        if (input.Name?.Trim() is { } name && name != account.Name)
        {
            yield return $"name \"{account.Name}\" to \"{name}\"";
            account.Name = name;
        }

        if (input.Description?.Trim() is { } description && description != account.Description)
        {
            account.Description = description;
            yield return "description";
        }

        if (input.Headquarters?.Trim() is { } headquarters && headquarters != account.Headquarters)
        {
            account.Headquarters = headquarters;
            yield return "headquarters";
        }

        if (input.Visibility is { } visibility && visibility != account.Visibility)
        {
            account.Visibility = visibility;
            yield return $"search visibility {visibility}";
        }

        if (input.ExportPermitted is { } permitted && permitted != account.ExportPermitted)
        {
            account.ExportPermitted = permitted;
            yield return permitted ? "export-controlled functionality is permitted" : "export-controlled functionality is no longer permitted";
        }

        if (input.SpecificReservation is { } specific && specific != account.SpecificReservation)
        {
            account.SpecificReservation = specific;
            yield return specific ? "license reservation is enabled" : "license reservation is no longer enabled";
        }

        if (input.UniversalReservation is { } universal && universal != account.UniversalReservation)
        {
            account.UniversalReservation = universal;
            yield return universal ? "universal license reservation is enabled" : "universal license reservation is no longer enabled";
        }

        if (input.HoldsRestrictedLicenses is { } holds && holds != account.HoldsRestrictedLicenses)
        {
            account.HoldsRestrictedLicenses = holds;
            yield return holds ? "product instances hold restricted licenses" : "product instances no longer hold restricted licenses";
        }

        if (input.Status is { } status && status != account.Status)
        {
            account.Status = status;
            yield return $"status {status}";
        }

        if (input.PartyId?.Trim() is { } party && party != account.PartyId)
        {
            account.PartyId = party;
            yield return party.Length == 0 ? "customer registry id taken away" : $"customer registry id {party}";
        }
    }
}
