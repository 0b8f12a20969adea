using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>Deletes a custom tag; one that virtual accounts have only when the caller says so knowing how many they are.</summary>
public sealed class DeleteTag(WritePath writePath)
{
    public const string Name = "tags.delete";

    public sealed record Input(long TagId, bool RemoveUsed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/accounts/{account}/tags/{tag:long}", async (long tag, bool? removeUsed, DeleteTag delete, HttpContext context) =>
        {
            var input = new Input(tag, removeUsed == true);
            return (await delete.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.TagDefine)
        .WithSummary("Delete a custom tag")
        .WithDescription("One that virtual accounts have is refused and says how many; ?removeUsed=true takes it off them.")
        .WithTags("Custom tags");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if ((await TagBook.LoadAsync(scope.Db, accountId, cancellation)).FirstOrDefault(tag => tag.Row.Id == input.TagId) is not { } known)
            {
                return TagBook.NotFound();
            }

            var uses = await scope.Db.VirtualAccountTags.Where(row => row.AccountId == accountId && row.TagId == known.Row.Id).ToListAsync(cancellation);
            var places = uses.Select(use => use.VirtualAccountId).Distinct().Count();
            if (places > 0 && !input.RemoveUsed)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{SaveTag.Words(places)} a value of \"{known.Row.Name}\". Confirm that it is taken off them.");
            }

            scope.Db.VirtualAccountTags.RemoveRange(uses);
            scope.Db.CustomTagValues.RemoveRange(known.Values);
            scope.Db.CustomTags.Remove(known.Row);
            scope.Journal(accountId).Append(AccountEvents.TagRemoved(known.Row.Name, places), new());
            return Verdict.Done;
        }, cancellation);
    }
}
