using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Makes a user group, at once with members and a role if wished, or renames one (SA-09).</summary>
public sealed class SaveGroup(WritePath writePath, GroupBook groups, BearerTokens tokens)
{
    public const string Create = "groups.create";
    public const string Edit = "groups.edit";

    public sealed record Input(string Name)
    {
        /// <summary>Null: a new one.</summary>
        public long? GroupId { get; init; }
        public string? Description { get; init; }

        /// <summary>Of a new group: e-mail addresses of its first members.</summary>
        public IReadOnlyList<string> Emails { get; init; } = [];

        /// <summary>Of a new group: its role in this Smart Account.</summary>
        public Access? Access { get; init; }
    }

    /// <param name="NewSignIns">Who has to choose a password, where no mail tells her.</param>
    public sealed record Answer(long Id, string Name, IReadOnlyList<NewSignIn> NewSignIns);

    public sealed record EditBody(string Name, string? Description = null);

    private sealed record Saved(long Id, string Name);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/groups", async (Input body, SaveGroup save, HttpContext context) =>
            {
                var input = body with { GroupId = null };
                return (await save.HandleAsync(context.Command(Create, input), input, context.RequestAborted)).ToCreated();
            })
            .Requires(Permission.GroupManage).WithSummary("Create a user group, at once with members and a role if wished").WithTags("User groups");
        routes.MapPut("/api/v1/accounts/{account}/groups/{group:long}", async (long group, EditBody body, SaveGroup save, HttpContext context) =>
            {
                var input = new Input(body.Name) { GroupId = group, Description = body.Description };
                return (await save.HandleAsync(context.Command(Edit, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.GroupManage).WithSummary("Rename a user group or change its description").WithTags("User groups");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if ((GroupRules.Judge(input.Name, input.Description) ?? GroupRules.JudgeEmails(input.Emails, nameof(input.Emails))) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        IReadOnlyList<NewSignIn> links = [];
        var verdict = await writePath.RunAsync<Saved>(command with { Ids = Math.Max(command.Ids, input.Emails.Count + Access.MostVirtualAccounts) }, async scope =>
        {
            if ((await GroupBook.JudgeAccountAsync(scope.Db, accountId, cancellation)
                ?? await GroupBook.JudgeNameAsync(scope.Db, accountId, input.Name, input.GroupId, cancellation)) is { } refusal)
            {
                return refusal;
            }

            if (input.GroupId is not { } groupId)
            {
                return await AddAsync(scope, accountId, input, found => links = found, cancellation);
            }

            return await GroupBook.FindAsync(scope.Db, accountId, groupId, cancellation) is { } group
                ? await ChangeAsync(scope, group, input, cancellation)
                : GroupBook.NotFound();
        }, cancellation);
        return verdict.Map(saved => new Answer(saved.Id, saved.Name, command.DryRun ? [] : links));
    }

    private async Task<Verdict<Saved>> AddAsync(WriteScope scope, long accountId, Input input, Action<IReadOnlyList<NewSignIn>> tell, CancellationToken cancellation)
    {
        if (await scope.Db.UserGroups.CountAsync(row => row.AccountId == accountId, cancellation) >= GroupRules.MostGroups)
        {
            return Verdict.Refused(RefusalCode.Conflict, $"A Smart Account has at most {GroupRules.MostGroups} user groups.");
        }

        if (input.Access is { } wanted && await wanted.JudgeAsync(scope.Db, scope.Actor, Permission.GroupManage, accountId, cancellation) is { } refusal)
        {
            return refusal;
        }

        var group = new UserGroup
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Group),
            Name = input.Name.Trim(),
            NameKey = GroupRules.KeyOf(input.Name),
            Description = input.Description?.Trim() ?? "",
            CreatedBy = scope.Actor.ShownName,
            CreatedAt = scope.Now,
        };
        scope.Db.UserGroups.Add(group);
        scope.Journal(accountId).Append(GroupEvents.Created(group.Name));
        var added = await groups.AddAsync(scope, group, input.Emails, cancellation);
        if (!added.IsOk)
        {
            return added.Refusal!;
        }

        if (input.Access is { } access)
        {
            await GrantBook.GiveAsync(scope, accountId, GrantHolder.Of(group), access, cancellation);
        }

        tell(added.Value.NewSignIns);
        scope.AfterCommit(tokens.Forget);
        return new Saved(group.Id, group.Name);
    }

    private static async Task<Verdict<Saved>> ChangeAsync(WriteScope scope, UserGroup group, Input input, CancellationToken cancellation)
    {
        var (name, description) = (input.Name.Trim(), input.Description?.Trim() ?? "");
        if (group.Name != name)
        {
            scope.Journal(group.AccountId).Append(GroupEvents.Renamed(group.Name, name));
            foreach (var span in await scope.Db.GroupSpans.Where(row => row.GroupId == group.Id).ToListAsync(cancellation))
            {
                span.GroupName = name;
            }
        }

        if (group.Description != description)
        {
            scope.Journal(group.AccountId).Append(GroupEvents.Described(name));
        }

        (group.Name, group.NameKey, group.Description) = (name, GroupRules.KeyOf(name), description);
        return new Saved(group.Id, group.Name);
    }
}
