using System.Globalization;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>The operator's window for adding licenses, as typed.</summary>
public sealed record AddLicenseForm(string VirtualAccount, string License, string Quantity, string Type, string StartsOn, string EndsOn, string Sku, string Notes)
{
    public static readonly AddLicenseForm Empty = new("", "", "1", nameof(LicenseType.Perpetual), "", "", "", "");
}

/// <summary>"Add License" and "Remove Licenses" of the operator (help ch. 11).</summary>
public static class ByHandForms
{
    public static string Back(string domain) => $"/accounts/{domain}/activity";

    public static string AddAddress(string domain) => $"/operator/accounts/{domain}/licenses/add";

    public static string RemoveAddress(string domain, long virtualAccount, long line) =>
        string.Create(CultureInfo.InvariantCulture, $"/operator/accounts/{domain}/virtual-accounts/{virtualAccount}/license-lines/{line}/remove");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/operator/accounts/{account}/licenses/add", AddAsync).Requires(Permission.LicenseAddRemove);
        routes.MapPost("/operator/accounts/{account}/virtual-accounts/{virtualAccount:long}/license-lines/{line:long}/remove", RemoveAsync).Requires(Permission.LicenseAddRemove);
    }

    private static async Task<IResult> AddAsync(IFormCollection fields, HttpContext context, AddLicenses add)
    {
        string Field(string name) => fields[name].ToString().Trim();
        var form = new AddLicenseForm(Field("virtualAccount"), Field("license"), Field("quantity"), Field("type"), Field("startsOn"), Field("endsOn"), Field("sku"), Field("notes"));
        var done = Read(form) is { } input
            ? await add.HandleAsync(context.Command(AddLicenses.Name, input), input, context.RequestAborted)
            : Verdict.Refused(RefusalCode.InvalidInput, "Choose a type, and give days as year, month and day.", "type");
        return done.IsOk
            ? PageAnswer.Done(context, Back(context.Account().Domain), new Toast($"{form.Quantity} licenses were added."))
            : PageAnswer.Refused<AddLicensePage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveAsync(long virtualAccount, long line, IFormCollection fields, HttpContext context, RemoveLicenses remove)
    {
        var (quantity, notes) = (fields["quantity"].ToString().Trim(), fields["notes"].ToString());
        var input = new RemoveLicenses.Input(virtualAccount, line, Number(quantity), notes);
        var done = await remove.HandleAsync(context.Command(RemoveLicenses.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, Back(context.Account().Domain), new Toast($"{Figure.Text(input.Quantity)} {(input.Quantity == 1 ? "license was" : "licenses were")} removed."))
            : PageAnswer.Refused<RemoveLicensesPage>(new()
            {
                ["VirtualAccount"] = virtualAccount, ["Line"] = line, ["Quantity"] = quantity, ["Notes"] = notes, ["Errors"] = FormErrors.Of(done.Refusal!),
            });
    }

    /// <summary>Null where a type or a day is none; the rules refuse what else is wrong in their own words.</summary>
    private static AddLicenses.Input? Read(AddLicenseForm form) =>
        Enum.TryParse<LicenseType>(form.Type, out var type) && TryDay(form.StartsOn, out var start) && TryDay(form.EndsOn, out var end)
            ? new AddLicenses.Input(Number(form.VirtualAccount), form.License, Number(form.Quantity), type, form.Notes, start, end, Sku: form.Sku)
            : null;

    /// <summary>What is no whole number becomes 0, which is refused with the field named. Thousands may be marked, as pages show them.</summary>
    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool TryDay(string text, out DateOnly? day)
    {
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read);
        day = isDay ? read : null;
        return isDay || text.Length == 0;
    }
}
