using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Licenses;

/// <summary>Renames or deletes a license tag, everywhere in its virtual account and at both levels (help ch. 4, Manage Tags).</summary>
public sealed class ChangeLicenseTag(WritePath writePath)
{
    public const string Rename = "license-tags.rename";
    public const string Delete = "license-tags.delete";

    public sealed record Input(long VirtualAccountId, long TagId)
    {
        /// <summary>The new name. Only for renaming.</summary>
        public string? Name { get; init; }
    }

    public sealed record RenameBody(string? Name);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/license-tags/{tag:long}";
        routes.MapPut(Address, async (long virtualAccount, long tag, RenameBody body, ChangeLicenseTag change, HttpContext context) =>
        {
            var input = new Input(virtualAccount, tag) { Name = body.Name };
            return (await change.RenameAsync(context.Command(Rename, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTag).WithTags("License tags").WithSummary("Rename a license tag everywhere in its virtual account");
        routes.MapDelete(Address, async (long virtualAccount, long tag, ChangeLicenseTag change, HttpContext context) =>
        {
            var input = new Input(virtualAccount, tag);
            return (await change.DeleteAsync(context.Command(Delete, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTag).WithTags("License tags").WithSummary("Delete a license tag from all licenses and license transactions");
    }

    public async Task<Verdict<Done>> RenameAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (LicenseTagRules.JudgeName(input.Name, "name") is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var tags = await LicenseTagBook.LoadAsync(scope.Db, command.Accounts[0], input.VirtualAccountId, cancellation);
            if (tags.Find(tag => tag.Id == input.TagId) is not { } known)
            {
                return LicenseTagBook.NotFound();
            }

            if (tags.Exists(tag => tag != known && tag.NameKey == LicenseTagRules.KeyOf(input.Name!)))
            {
                return LicenseTagRules.Exists(input.Name!, "name");
            }

            (known.Name, known.NameKey) = (input.Name!.Trim(), LicenseTagRules.KeyOf(input.Name));
            return Verdict.Done;
        }, cancellation);
    }

    public async Task<Verdict<Done>> DeleteAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var account = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.LicenseTags.FirstOrDefaultAsync(
                tag => tag.AccountId == account && tag.Id == input.TagId && tag.VirtualAccountId == input.VirtualAccountId, cancellation) is not { } known)
            {
                return LicenseTagBook.NotFound();
            }

            scope.Db.LicenseTagUses.RemoveRange(await scope.Db.LicenseTagUses.Where(use => use.AccountId == account && use.TagId == known.Id).ToListAsync(cancellation));
            scope.Db.LicenseTags.Remove(known);
            return Verdict.Done;
        }, cancellation);
    }
}
