using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.People.Sources;

/// <summary>
/// Forgets a source. Its people stay, with the roles they have: from then on these are taken and given by hand, and an administrator can make
/// them links with which they choose a password.
/// </summary>
public sealed class RemoveSource(WritePath writePath)
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
                await scope.Db.ProvisionedMembers.Where(member => scope.Db.ProvisionedGroups.Any(group => group.Id == member.GroupId && group.SourceId == source.Id))
                    .ExecuteDeleteAsync(cancellation);
                await scope.Db.ProvisionedGroups.Where(row => row.SourceId == source.Id).ExecuteDeleteAsync(cancellation);
                await scope.Db.ProvisionedPeople.Where(row => row.SourceId == source.Id).ExecuteDeleteAsync(cancellation);

                // There may be a hundred thousand: told in the audit by the command, not one by one.
                await scope.Db.Users.Where(row => row.SourceId == source.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.SourceId, (long?)null), cancellation);
                await scope.Db.RoleGrants.IgnoreQueryFilters().Where(row => row.SourceId == source.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.SourceId, (long?)null), cancellation);
            }

            return Verdict.Done;
        }, cancellation);
}
