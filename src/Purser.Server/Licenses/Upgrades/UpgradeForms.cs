using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>The Upgrade Licenses window as it stands (help ch. 4).</summary>
/// <param name="Quantity">As typed.</param>
/// <param name="To">"To Virtual Account".</param>
/// <param name="Option">SKU and replaced license of the chosen option, as <see cref="KeyOf"/> writes it.</param>
public sealed record UpgradeForm(UpgradePlace Place, string Quantity, string Option, string? Fingerprint)
{
    public static string KeyOf(UpgradeOption option) => string.Create(CultureInfo.InvariantCulture, $"{option.SkuId}-{option.ReplacesEntitlementId}");

    /// <summary>Null: nothing, or no whole number.</summary>
    public long? Number => long.TryParse(Quantity, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static UpgradeForm Sent(long virtualAccount, long license, IFormCollection form) => new(
        new UpgradePlace(virtualAccount, license, long.TryParse(form["to"], NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to != virtualAccount ? to : null),
        form["quantity"].ToString().Trim(), form["option"].ToString(), form["fingerprint"].ToString() is { Length: > 0 } fingerprint ? fingerprint : null);
}

/// <summary>What the Upgrade Licenses window posts to: Apply, Next, Back, Submit.</summary>
public static class UpgradeForms
{
    /// <summary>Show the options for what is typed: the button Apply, the choice of another virtual account, and Back.</summary>
    public const string Apply = "apply";

    /// <summary>The hidden field of the second step: Submit completes the upgrade.</summary>
    public const string Reviewed = "reviewed";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/accounts/{account}/inventory/{virtualAccount:long}/licenses/{license:long}/upgrade", PostAsync).Requires(Permission.LicenseTransfer);

    private static async Task<IResult> PostAsync(long virtualAccount, long license, IFormCollection fields, HttpContext context, UpgradeLicenses upgrade)
    {
        var form = UpgradeForm.Sent(virtualAccount, license, fields);
        if (fields["act"] == Apply)
        {
            return form.Number is >= 1 ? PageAnswer.Page<UpgradePage>(Values(form)) : Refused(form, FormErrors.Of(UpgradeRules.NoQuantity));
        }

        var options = await upgrade.OptionsAsync(context.Actor(), context.Account().Id, form.Place, context.RequestAborted);
        var isReviewed = fields[Reviewed] == "true";
        if (options.Refusal is { } refusal)
        {
            return isReviewed ? Failed(form, refusal) : Refused(form, new FormErrors(refusal.Detail));
        }

        if (options.Value.FirstOrDefault(option => UpgradeForm.KeyOf(option) == form.Option) is not { } option)
        {
            return isReviewed ? Failed(form, Verdict.Refused(RefusalCode.Stale, "")) : Refused(form, FormErrors.At("option", "Choose one of the options."));
        }

        var input = new UpgradeLicenses.Input(form.Place, option.Sku, option.Replaces, form.Number ?? 0) { Fingerprint = isReviewed ? form.Fingerprint ?? "" : null };
        if (isReviewed)
        {
            var done = await upgrade.HandleAsync(context.Command(UpgradeLicenses.Name, input), input, context.RequestAborted);
            return done.Refusal is { } failure
                ? Failed(form, failure)
                : PageAnswer.Done(
                    context, InventoryLinks.Tab(context.Account().Domain, form.Place.Target, "licenses"),
                    new Toast($"{Figure.Text(done.Value.Upgraded)} {option.License} {(done.Value.Upgraded == 1 ? "license was" : "licenses were")} upgraded; {Figure.Text(done.Value.Replaced)} {option.Replaces} replaced."));
        }

        var review = await upgrade.ReviewAsync(context.Actor(), context.Account().Id, input, context.RequestAborted);
        if (review.Refusal is { } refused)
        {
            return Refused(form, refused.Code == RefusalCode.InvalidInput ? FormErrors.Of(refused) : new FormErrors(refused.Detail));
        }

        var values = Values(form with { Fingerprint = review.Value.Option.Fingerprint });
        values["Review"] = review.Value;
        return PageAnswer.Page<UpgradePage>(values);
    }

    private static IResult Refused(UpgradeForm form, FormErrors errors)
    {
        var values = Values(form);
        values["Errors"] = errors;
        return PageAnswer.Refused<UpgradePage>(values);
    }

    /// <summary>After Submit there are two answers and the link Start Over: the quantities have changed, or it failed for any other reason (help ch. 4).</summary>
    private static IResult Failed(UpgradeForm form, Refusal refusal)
    {
        var values = Values(form);
        values["Failure"] = refusal.Code == RefusalCode.Stale ? UpgradeRules.HasChanged : UpgradeRules.SystemError;
        values["Reason"] = refusal.Code == RefusalCode.Stale ? null : refusal.Detail;
        return PageAnswer.Refused<UpgradePage>(values);
    }

    private static Dictionary<string, object?> Values(UpgradeForm form) =>
        new() { ["VirtualAccount"] = form.Place.VirtualAccountId, ["License"] = form.Place.License, ["Form"] = form };
}
