using System.Globalization;
using Microsoft.Extensions.Primitives;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>What was chosen in the license table, and which tags.</summary>
/// <param name="NewTags">As typed, with commas between.</param>
public sealed record LicenseTagForm(IReadOnlyList<long> Licenses, IReadOnlyList<long> Lines, IReadOnlyList<string> Tags, string NewTags)
{
    public static LicenseTagForm Opened(IQueryCollection query) => new(Ids(query["id"]), Ids(query["line"]), [], "");

    public static LicenseTagForm Sent(IFormCollection form) =>
        new(Ids(form["id"]), Ids(form["line"]), [.. form["tags"].OfType<string>().Where(name => name.Length > 0)], form["newTags"].ToString());

    public AssignLicenseTags.Input ToInput(long virtualAccount) =>
        new() { VirtualAccountId = virtualAccount, Licenses = Licenses, Lines = Lines, Tags = Tags, NewTags = NewTags.Length > 0 ? [NewTags] : null };

    // A row billed by usage says so behind the number of its license; its tags are those of the license.
    private static IReadOnlyList<long> Ids(StringValues texts) =>
        [.. texts.Select(text => long.TryParse(text?.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct()];
}

/// <summary>What the dialogs on license tags post to.</summary>
public static class LicenseTagForms
{
    private const string All = "/accounts/{account}/inventory/{virtualAccount:long}/license-tags";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/add", AddAsync).Requires(Permission.LicenseTag);
        routes.MapPost(All + "/remove", RemoveAsync).Requires(Permission.LicenseTag);
        routes.MapPost(All + "/{tag:long}/edit", RenameAsync).Requires(Permission.LicenseTag);
        routes.MapPost(All + "/{tag:long}/delete", DeleteAsync).Requires(Permission.LicenseTag);
    }

    private static async Task<IResult> AddAsync(long virtualAccount, IFormCollection fields, HttpContext context, AssignLicenseTags assign)
    {
        var form = LicenseTagForm.Sent(fields);
        var input = form.ToInput(virtualAccount);
        var done = await assign.AddAsync(context.Command(AssignLicenseTags.Add, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, Back(context, virtualAccount, form), new Toast($"{Words(done.Value)} tagged: {string.Join(", ", done.Value.Tags)}."))
            : PageAnswer.Refused<Tags.AddLicenseTagsPage>(new() { ["VirtualAccount"] = virtualAccount, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveAsync(long virtualAccount, IFormCollection fields, HttpContext context, AssignLicenseTags assign)
    {
        var form = LicenseTagForm.Sent(fields);
        var input = form.ToInput(virtualAccount) with { NewTags = null };
        var done = await assign.RemoveAsync(context.Command(AssignLicenseTags.Remove, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, Back(context, virtualAccount, form), new Toast($"Tags removed from {Words(done.Value, verb: false)}: {string.Join(", ", done.Value.Tags)}."))
            : PageAnswer.Refused<Tags.RemoveLicenseTagsPage>(new() { ["VirtualAccount"] = virtualAccount, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RenameAsync(long virtualAccount, long tag, IFormCollection fields, HttpContext context, ChangeLicenseTag change)
    {
        var input = new ChangeLicenseTag.Input(virtualAccount, tag) { Name = fields["name"].ToString() };
        var done = await change.RenameAsync(context.Command(ChangeLicenseTag.Rename, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, Tab(context, virtualAccount), new Toast("Tag updated Successfully"))
            : PageAnswer.Refused<Tags.EditLicenseTagPage>(new() { ["VirtualAccount"] = virtualAccount, ["Tag"] = tag, ["Name"] = input.Name, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> DeleteAsync(long virtualAccount, long tag, IFormCollection _, HttpContext context, ChangeLicenseTag change)
    {
        var input = new ChangeLicenseTag.Input(virtualAccount, tag);
        var done = await change.DeleteAsync(context.Command(ChangeLicenseTag.Delete, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, Tab(context, virtualAccount), new Toast("Tag Delete Successful"))
            : PageAnswer.Refused<Tags.DeleteLicenseTagPage>(new() { ["VirtualAccount"] = virtualAccount, ["Tag"] = tag, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static string Back(HttpContext context, long virtualAccount, LicenseTagForm form) => Tab(context, virtualAccount) + (form.Lines.Count > 0 ? "&details=1" : "");

    private static string Tab(HttpContext context, long virtualAccount) => InventoryLinks.Tab(context.Account().Domain, virtualAccount, "licenses");

    /// <summary>"2 licenses and 1 license transaction were".</summary>
    private static string Words(AssignLicenseTags.Answer answer, bool verb = true)
    {
        var parts = new[] { Count(answer.Licenses, "license", "licenses"), Count(answer.Lines, "license transaction", "license transactions") }.Where(text => text.Length > 0).ToList();
        var what = parts.Count == 0 ? "Nothing" : string.Join(" and ", parts);
        return !verb ? what : $"{what} {(answer.Licenses + answer.Lines <= 1 ? "was" : "were")}";
    }

    private static string Count(int count, string one, string several) => count == 0 ? "" : $"{Figure.Text(count)} {(count == 1 ? one : several)}";
}
