using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Licenses;

/// <summary>The operator's window for a subscription as it stands.</summary>
/// <param name="EndsOn">As typed.</param>
public sealed record SubscriptionForm(string SubscriptionId, string Act, string EndsOn, string Notes);

/// <summary>What the operator's window for a subscription posts to.</summary>
public static class SubscriptionForms
{
    public const string Renew = "renew";
    public const string CancelAtEnd = "cancel";
    public const string CancelAtOnce = "cancel-at-once";

    public static readonly IReadOnlyList<(string Act, string Text)> Acts =
        [(Renew, "Renew: it ends later"), (CancelAtEnd, "Cancel: it ends with the day through which it is paid"), (CancelAtOnce, "Cancel at once")];

    public static string Address(string domain) => $"/operator/accounts/{domain}/subscription";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/accounts/{account}/subscription", PostAsync).Requires(Permission.LicenseAddRemove);

    private static async Task<IResult> PostAsync(IFormCollection fields, HttpContext context, ChangeSubscription change)
    {
        var form = new SubscriptionForm(fields["id"].ToString(), fields["act"].ToString(), fields["endsOn"].ToString().Trim(), fields["notes"].ToString());
        var (done, text) = form.Act switch
        {
            Renew => (await RenewAsync(form, context, change), "renewed"),
            CancelAtEnd or CancelAtOnce => (await CancelAsync(form, context, change), "canceled"),
            _ => (Verdict.Refused(RefusalCode.InvalidInput, "Choose what to do.", "act"), ""),
        };
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/orders", new Toast($"The subscription {form.SubscriptionId} was {text}."))
            : PageAnswer.Refused<SubscriptionPage>(new() { ["Sent"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<Verdict<ChangeSubscription.Answer>> RenewAsync(SubscriptionForm form, HttpContext context, ChangeSubscription change)
    {
        if (!DateOnly.TryParseExact(form.EndsOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "A renewal needs its new last day.", "endsOn");
        }

        var input = new ChangeSubscription.Renewal(form.SubscriptionId, end, form.Notes);
        return await change.RenewAsync(context.Command(ChangeSubscription.RenewName, input), input, context.RequestAborted);
    }

    private static Task<Verdict<ChangeSubscription.Answer>> CancelAsync(SubscriptionForm form, HttpContext context, ChangeSubscription change)
    {
        var input = new ChangeSubscription.Cancellation(form.SubscriptionId, form.Notes, AtOnce: form.Act == CancelAtOnce);
        return change.CancelAsync(context.Command(ChangeSubscription.CancelName, input), input, context.RequestAborted);
    }
}
