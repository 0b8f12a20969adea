using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Who is in a user group: people join by e-mail address, many at once, and leave (SA-09).</summary>
public sealed class ChangeGroupMembers(WritePath writePath, Database database, GroupBook groups, BearerTokens tokens)
{
    public const string Add = "groups.add-members";
    public const string Remove = "groups.remove-members";

    public sealed record AddInput(IReadOnlyList<string> Emails)
    {
        public long GroupId { get; init; }
    }

    public sealed record Answer(int Added, IReadOnlyList<NewSignIn> NewSignIns);

    public sealed record RemoveInput(IReadOnlyList<long> PersonIds)
    {
        public long GroupId { get; init; }
    }

    public sealed record RemoveAnswer(int Removed);

    private sealed record Counted(int Added);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/groups/{group:long}/members", async (long group, AddInput body, ChangeGroupMembers change, HttpContext context) =>
            {
                var input = body with { GroupId = group };
                return (await change.AddAsync(context.Command(Add, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.GroupManage).WithSummary("Add people to a user group by their e-mail addresses").WithTags("User groups");
        routes.MapDelete("/api/v1/accounts/{account}/groups/{group:long}/members/{person:long}", async (long group, long person, ChangeGroupMembers change, HttpContext context) =>
            {
                var input = new RemoveInput([person]) { GroupId = group };
                return (await change.RemoveAsync(context.Command(Remove, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.GroupManage).WithSummary("Take a person out of a user group").WithTags("User groups");
    }

    public async Task<Verdict<Answer>> AddAsync(Command command, AddInput input, CancellationToken cancellation = default)
    {
        if (input.Emails.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Give at least one e-mail address.", nameof(input.Emails));
        }

        if (GroupRules.JudgeEmails(input.Emails, nameof(input.Emails)) is { } problem)
        {
            return problem;
        }

        IReadOnlyList<NewSignIn> links = [];
        var placed = await PlaceAsync(command, input.GroupId, cancellation);
        var verdict = await writePath.RunAsync<Counted>(placed with { Ids = Math.Max(command.Ids, input.Emails.Count) }, async scope =>
        {
            if (await GroupBook.FindAsync(scope.Db, command.Accounts[0], input.GroupId, cancellation) is not { } group)
            {
                return GroupBook.NotFound();
            }

            var added = await groups.AddAsync(scope, group, input.Emails, cancellation);
            links = added.IsOk ? added.Value.NewSignIns : [];
            scope.AfterCommit(tokens.Forget);
            return added.Map(found => new Counted(found.PersonIds.Count));
        }, cancellation);
        return verdict.Map(counted => new Answer(counted.Added, command.DryRun ? [] : links));
    }

    public async Task<Verdict<RemoveAnswer>> RemoveAsync(Command command, RemoveInput input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<RemoveAnswer>(await PlaceAsync(command, input.GroupId, cancellation), async scope =>
        {
            if (await GroupBook.FindAsync(scope.Db, command.Accounts[0], input.GroupId, cancellation) is not { } group)
            {
                return GroupBook.NotFound();
            }

            var removed = await GroupBook.RemoveAsync(scope, group, [.. input.PersonIds], cancellation);
            scope.AfterCommit(tokens.Forget);
            return !removed.IsOk ? removed.Refusal!
                : removed.Value == 0 ? Verdict.Refused(RefusalCode.NotFound, "There is no such person in this user group.")
                : new RemoveAnswer(removed.Value);
        }, cancellation);

    /// <summary>Every account in whose log it stands is locked.</summary>
    private async Task<Command> PlaceAsync(Command command, long groupId, CancellationToken cancellation) => command with
    {
        Accounts = [command.Accounts[0], .. await GroupReach.OthersAsync(database, command.Accounts[0], [groupId], cancellation)],
    };
}
