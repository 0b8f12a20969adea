using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Preferences;

/// <summary>What the pages of the preferences post to.</summary>
public static class PreferencesForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/preferences/email", SaveMailsAsync).Requires(Permission.AlertView);
        routes.MapPost("/accounts/{account}/preferences/configuration", ConfigureAsync).Requires(Permission.LicenseConfigure);
    }

    private static async Task<IResult> SaveMailsAsync(IFormCollection fields, HttpContext context, ChooseMails choose)
    {
        var topics = fields["topics"].Select(text => Enum.TryParse<MailTopic>(text, out var topic) ? (MailTopic?)topic : null).OfType<MailTopic>();
        var input = new ChooseMails.Input([.. topics], fields["dailySummary"] == "true");
        var done = await choose.HandleAsync(context.Command(ChooseMails.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/preferences?tab=email", new Toast("Your e-mail notification was saved."))
            : PageAnswer.Refused<PreferencesPage>(new() { ["Tab"] = "email", ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> ConfigureAsync(IFormCollection fields, HttpContext context, ConfigureLicenses configure)
    {
        var input = new ConfigureLicenses.Input(FlagOf(fields["addToInventory"]), FlagOf(fields["showTransactionDetails"]), fields["notes"].ToString());
        var done = await configure.HandleAsync(context.Command(ConfigureLicenses.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/preferences?tab=configuration", new Toast("The license configuration was saved."))
            : PageAnswer.Refused<AddNotesPage>(new() { ["Typed"] = input, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    internal static bool? FlagOf(string? text) => text switch { "enabled" => true, "disabled" => false, _ => null };
}
