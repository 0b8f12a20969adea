using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>Which group of a source gives which role. It takes effect when a person next signs in, or is provisioned.</summary>
public sealed class ChangeSourceRoles(WritePath writePath, AccountLookup accounts)
{
    public const string Add = "sources.add-role";
    public const string Remove = "sources.remove-role";
    private const int MostRoles = 1000;

    /// <param name="Account">Its domain identifier or number.</param>
    public sealed record Input(string GroupName, string Account, Role Role)
    {
        public long SourceId { get; init; }

        /// <summary>For the roles of a virtual account.</summary>
        public string? VirtualAccount { get; init; }
        public bool IncludesChildren { get; init; } = true;
    }

    public sealed record Removed(long SourceId, long Id);

    public sealed record Answer(long Id);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/operator/sign-in-sources/{source:long}/roles", async (long source, Input body, ChangeSourceRoles change, HttpContext context) =>
        {
            var input = body with { SourceId = source };
            return (await change.AddAsync(context.Command(Add, input), input, context.RequestAborted)).ToCreated();
        }).Requires(Permission.SignInManage).WithSummary("Let a group of a source give a role").WithTags("Operator: sign-in");
        routes.MapDelete("/api/v1/operator/sign-in-sources/{source:long}/roles/{role:long}", async (long source, long role, ChangeSourceRoles change, HttpContext context) =>
        {
            var input = new Removed(source, role);
            return (await change.RemoveAsync(context.Command(Remove, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.SignInManage).WithSummary("Let a group of a source no longer give a role").WithTags("Operator: sign-in");
    }

    public async Task<Verdict<Answer>> AddAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.GroupName, nameof(input.GroupName), "the group's name", SourceRules.LongestText) is { } problem)
        {
            return problem;
        }

        if (await accounts.FindAsync(input.Account.Trim(), cancellation) is not { } account)
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account “{input.Account}”.", nameof(input.Account));
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (!await scope.Db.SignInSources.AnyAsync(row => row.Id == input.SourceId, cancellation))
            {
                return SourceBook.NotThere();
            }

            if (AccountTypeRules.JudgeGroups(await AccountTypeGate.TypeAsync(scope.Db, account.Id, cancellation)) is { } forbidden)
            {
                return forbidden with { Field = nameof(input.Account) };
            }

            var place = await PlaceAsync(scope.Db, account, input, cancellation);
            if (!place.IsOk)
            {
                return place.Refusal!;
            }

            var roles = await scope.Db.SourceRoles.Where(row => row.SourceId == input.SourceId).ToListAsync(cancellation);
            if (roles.Count >= MostRoles || roles.Exists(row =>
                row.GroupName == input.GroupName.Trim() && row.AccountId == account.Id && row.Role == input.Role && row.VirtualAccountId == place.Value))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"This group gives this role already, or there are {MostRoles} of them.", nameof(input.GroupName));
            }

            var added = new SourceRole
            {
                SourceId = input.SourceId,
                Id = scope.NextId(IdKind.Grant),
                GroupName = input.GroupName.Trim(),
                AccountId = account.Id,
                Role = input.Role,
                VirtualAccountId = place.Value,
                IncludesChildren = place.Value is not null && input.IncludesChildren,
            };
            scope.Db.SourceRoles.Add(added);
            return new Answer(added.Id);
        }, cancellation);
    }

    public async Task<Verdict<Done>> RemoveAsync(Command command, Removed input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.SourceRoles.FirstOrDefaultAsync(row => row.SourceId == input.SourceId && row.Id == input.Id, cancellation) is not { } role)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such role of a group.");
            }

            scope.Db.SourceRoles.Remove(role);
            return Verdict.Done;
        }, cancellation);

    /// <summary>The virtual account, by its name; null for a role in the whole account.</summary>
    private static async Task<Verdict<long?>> PlaceAsync(PurserContext db, AccountRef account, Input input, CancellationToken cancellation)
    {
        var name = input.VirtualAccount?.Trim() ?? "";
        if (input.Role.IsVirtualAccountRole() != name.Length > 0)
        {
            return Verdict.Refused(
                RefusalCode.InvalidInput,
                input.Role.IsVirtualAccountRole() ? $"Name the virtual account for the role {input.Role.Display()}." : $"The role {input.Role.Display()} is for the whole Smart Account.",
                nameof(input.VirtualAccount));
        }

        if (name.Length == 0)
        {
            return (long?)null;
        }

        var found = await db.VirtualAccounts.Where(row => row.AccountId == account.Id && row.Name == name).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellation);
        return found is not null ? found : Verdict.Refused(RefusalCode.NotFound, $"{account.Name} has no virtual account “{name}”.", nameof(input.VirtualAccount));
    }
}
