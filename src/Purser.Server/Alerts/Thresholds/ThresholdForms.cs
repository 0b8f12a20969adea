using System.Globalization;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Alerts.Thresholds;

/// <summary>The threshold dialog as it was typed.</summary>
public sealed record ThresholdForm(string Percent, string FewerThan)
{
    public static ThresholdForm Of(LicenseThreshold threshold) => new(
        threshold.Percent?.ToString(CultureInfo.InvariantCulture) ?? "", threshold.FewerThan?.ToString(CultureInfo.InvariantCulture) ?? "");

    public static ThresholdForm From(IFormCollection form) => new(form["percent"].ToString(), form["fewerThan"].ToString());

    /// <summary>What is no number becomes one that the rules refuse with their own words.</summary>
    public LicenseThreshold ToThreshold() => new(
        Percent.Trim().Length == 0 ? null : int.TryParse(Percent.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : 0,
        FewerThan.Trim().Length == 0 ? null : long.TryParse(FewerThan.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var few) ? few : 0);
}

/// <summary>What the threshold dialog posts to.</summary>
public static class ThresholdForms
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/accounts/{account}/inventory/{virtualAccount:long}/licenses/{license:long}/threshold", SaveAsync).Requires(Permission.AlertAct);

    private static async Task<IResult> SaveAsync(long virtualAccount, long license, IFormCollection fields, HttpContext context, SetLicenseThreshold thresholds)
    {
        var form = ThresholdForm.From(fields);
        var input = new SetLicenseThreshold.Input(virtualAccount, license, form.ToThreshold());
        var done = await thresholds.HandleAsync(context.Command(SetLicenseThreshold.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(
                context, InventoryLinks.License(context.Account().Domain, virtualAccount, license),
                new Toast(done.Value.IsSet ? $"An alert is raised when {done.Value.Text}." : "The threshold was removed."))
            : PageAnswer.Refused<ThresholdPage>(new()
            {
                ["VirtualAccount"] = virtualAccount, ["License"] = license, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!),
            });
    }
}
