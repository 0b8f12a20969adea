using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>An operator changes an account's name or what it is permitted. What is left out stays.</summary>
public sealed class EditAccount(WritePath writePath)
{
    public const string Name = "accounts.edit";

    public sealed record Input
    {
        public string? Name { get; init; }

        /// <summary>May make tokens that allow export-controlled functionality (domain rules 9.1).</summary>
        public bool? ExportPermitted { get; init; }

        public AccountStatus? Status { get; init; }
    }

    public sealed record Answer(long Id, string Domain, string Name, AccountStatus Status, bool ExportPermitted);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/v1/operator/accounts/{account}", async (Input input, EditAccount edit, HttpContext context) =>
            (await edit.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.AccountEdit)
            .WithSummary("Change name, type, status or export permission of a Smart Account")
        .WithTags("Operator: accounts");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (input.Name is not null && InputText.Problem(input.Name, nameof(input.Name), "a name", CreateAccount.LongestName) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == command.Accounts[0], cancellation);
            var changes = Apply(account, input).ToList();
            if (changes.Count > 0)
            {
                scope.Journal(account.Id).Append(AccountEvents.AccountEdited(account.Name, changes));
            }

            return new Answer(account.Id, account.Domain, account.Name, account.Status, account.ExportPermitted);
        }, cancellation);
    }

    private static IEnumerable<string> Apply(Account account, Input input)
    {
        if (input.Name?.Trim() is { } name && name != account.Name)
        {
            yield return $"name \"{account.Name}\" to \"{name}\"";
            account.Name = name;
        }

        if (input.ExportPermitted is { } permitted && permitted != account.ExportPermitted)
        {
            account.ExportPermitted = permitted;
            yield return permitted ? "export-controlled functionality is permitted" : "export-controlled functionality is no longer permitted";
        }

        if (input.Status is { } status && status != account.Status)
        {
            account.Status = status;
            yield return $"status {status}";
        }
    }
}
