using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Accounts.Pages;

/// <summary>The fields of a custom tag as they were typed: values one in a line.</summary>
public sealed record TagForm(string Name, string Description, string Values, bool Required, bool Multiple, bool RemoveUsed)
{
    public static readonly TagForm Empty = new("", "", "", false, false, false);

    public static TagForm Of(TagView tag) => new(tag.Name, tag.Description, string.Join('\n', tag.Values.Select(value => value.Value)), tag.Required, tag.Multiple, false);

    public static TagForm From(IFormCollection form) => new(
        form["name"].ToString(), form["description"].ToString(), form["values"].ToString(),
        form["required"] == "true", form["multiple"] == "true", form["removeUsed"] == "true");

    public IReadOnlyList<string> Lines => Values.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What the dialogs on custom tags post to.</summary>
public static class TagForms
{
    private const string All = "/accounts/{account}/tags";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/accounts/{account}/tags/tags.csv", async (ListTags list, HttpContext context) =>
            ListTags.File(context, await list.HandleAsync(context.Actor(), context.Account().Id, context.RequestAborted))).Requires(Permission.VirtualAccountView);
        routes.MapPost(All + "/new", (IFormCollection fields, HttpContext context, SaveTag save) => SaveAsync(null, fields, context, save)).Requires(Permission.TagDefine);
        routes.MapPost(All + "/{tag:long}/edit", (long tag, IFormCollection fields, HttpContext context, SaveTag save) => SaveAsync(tag, fields, context, save))
            .Requires(Permission.TagDefine);
        routes.MapPost(All + "/{tag:long}/delete", DeleteAsync).Requires(Permission.TagDefine);
    }

    private static async Task<IResult> SaveAsync(long? tag, IFormCollection fields, HttpContext context, SaveTag save)
    {
        var form = TagForm.From(fields);
        var input = new SaveTag.Input(form.Name, form.Lines)
        {
            TagId = tag, Description = form.Description, Required = form.Required, Multiple = form.Multiple, RemoveUsed = form.RemoveUsed,
        };
        var saved = await save.HandleAsync(context.Command(tag is null ? SaveTag.Create : SaveTag.Edit, input), input, context.RequestAborted);
        return saved.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast($"The custom tag “{saved.Value.Name}” was saved."))
            : PageAnswer.Refused<EditTagPage>(new() { ["Tag"] = tag, ["Form"] = form, ["Errors"] = FormErrors.Of(saved.Refusal!) });
    }

    /// <summary>The dialog has said how many virtual accounts have it.</summary>
    private static async Task<IResult> DeleteAsync(long tag, IFormCollection _, HttpContext context, DeleteTag delete)
    {
        var input = new DeleteTag.Input(tag, RemoveUsed: true);
        var done = await delete.HandleAsync(context.Command(DeleteTag.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The custom tag was deleted."))
            : PageAnswer.Refused<DeleteTagPage>(new() { ["Tag"] = tag, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/tags";
}
