using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Provisioning;
using Purser.Server.People.SignIn;

namespace Purser.Server.People.Sources;

/// <summary>
/// Forgets a source. Its people are signed out and stay, with the roles they have: from then on these are taken and given by hand, and an
/// administrator can make them links with which they choose a password.
/// </summary>
public sealed class RemoveSource(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "sources.remove";

    public sealed record Input(long SourceId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/operator/sign-in-sources/{source:long}", async (long source, RemoveSource remove, HttpContext context) =>
        {
            var input = new Input(source);
            return (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.SignInManage).WithSummary("Forget an identity provider or directory; its people stay").WithTags("Operator: sign-in");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.SignInSources.FirstOrDefaultAsync(row => row.Id == input.SourceId, cancellation) is not { } source)
            {
                return SourceBook.NotThere();
            }

            scope.Db.SignInSources.Remove(source);
            scope.Db.SourceRoles.RemoveRange(await scope.Db.SourceRoles.Where(row => row.SourceId == source.Id).ToListAsync(cancellation));
            if (!command.DryRun)
            {
                await ForgetProvisionedAsync(scope, source.Id, cancellation);
                await EndSignIns.OfSourceAsync(scope, source.Id, tokens, cancellation);
                await FreePeopleAsync(scope, source.Id, cancellation);
            }

            return Verdict.Done;
        }, cancellation);

    /// <summary>What the source said of people and groups stands in the audit of when it said it; here are the rows that go.</summary>
    private static async Task ForgetProvisionedAsync(WriteScope scope, long source, CancellationToken cancellation)
    {
        var groups = scope.Db.ProvisionedGroups.Where(row => row.SourceId == source);
        foreach (var group in await groups.Select(row => row.Id).Order().ToListAsync(cancellation))
        {
            var members = scope.Db.ProvisionedMembers.Where(row => row.GroupId == group);
            await CollectAsync<ProvisionedMember>(scope, members.Select(row => row.PersonId), new() { ["groupId"] = group }, null, cancellation);
            await members.ExecuteDeleteAsync(cancellation);
        }

        await CollectAsync<ProvisionedGroup>(scope, groups.Select(row => row.Id), new() { ["sourceId"] = source }, null, cancellation);
        await groups.ExecuteDeleteAsync(cancellation);
        var people = scope.Db.ProvisionedPeople.Where(row => row.SourceId == source);
        await CollectAsync<ProvisionedPerson>(scope, people.Select(row => row.PersonId), new() { ["sourceId"] = source }, null, cancellation);
        await people.ExecuteDeleteAsync(cancellation);
    }

    private static async Task FreePeopleAsync(WriteScope scope, long source, CancellationToken cancellation)
    {
        var people = scope.Db.Users.Where(row => row.SourceId == source);
        await CollectAsync<Person>(scope, people.Select(row => row.Id), new() { ["sourceId"] = source }, new() { ["sourceId"] = null }, cancellation);
        await people.ExecuteUpdateAsync(set => set.SetProperty(row => row.SourceId, (long?)null), cancellation);
        var grants = scope.Db.RoleGrants.IgnoreQueryFilters().Where(row => row.SourceId == source);
        await CollectAsync<RoleGrant>(scope, grants.Select(row => row.Id), new() { ["sourceId"] = source }, new() { ["sourceId"] = null }, cancellation);
        await grants.ExecuteUpdateAsync(set => set.SetProperty(row => row.SourceId, (long?)null), cancellation);
    }

    /// <summary>There may be a hundred thousand of each; they may lie in any account, so the installation's own log has them.</summary>
    private static async Task CollectAsync<TRow>(
        WriteScope scope, IQueryable<long> numbers, Dictionary<string, object?> before, Dictionary<string, object?>? after, CancellationToken cancellation) =>
        scope.Changes.CollectMany<TRow>(scope.Db, [], await MassChange.RangesAsync(numbers, cancellation), before, after);
}
