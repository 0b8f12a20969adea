using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Accounts.Pages;

/// <summary>What the forms on accounts and the agreement post to.</summary>
public static class AccountForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/agreements", AcceptAsync).Requires(Permission.AgreementAccept);
        routes.MapPost("/accounts/{account}/properties/edit", EditPropertiesAsync).Requires(Permission.AccountPropertiesEdit);
        routes.MapPost("/accounts/{account}/properties/upgrade", UpgradeAsync).Requires(Permission.AccountUpgrade);
        routes.MapPost("/operator/accounts/new", CreateAsync).Requires(Permission.AccountCreate);
        routes.MapPost("/operator/accounts/{account}/edit", EditAsync).Requires(Permission.AccountEdit);
        routes.MapPost("/operator/agreements/new", PublishAsync).Requires(Permission.AgreementPublish);
    }

    private static async Task<IResult> AcceptAsync(IFormCollection form, HttpContext context, AcceptAgreement accept)
    {
        var version = int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var input = new AcceptAgreement.Input(version, form["isAgreed"] == "true");
        var done = await accept.HandleAsync(context.Command(AcceptAgreement.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/agreements", new Toast("The agreement is accepted. Product instances can register."))
            : PageAnswer.Refused<AgreementPage>(new() { ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> CreateAsync(IFormCollection fields, HttpContext context, CreateAccount create)
    {
        var form = NewAccountForm.From(fields);
        var input = new CreateAccount.Input(form.Name, form.Domain)
        {
            Type = form.Type,
            ExportPermitted = form.ExportPermitted,
            PartyId = form.PartyId,
            Administrator = new NewPerson(form.Email, form.DisplayName),
        };
        var made = await create.HandleAsync(context.Command(CreateAccount.Name, input), input, context.RequestAborted);
        if (!made.IsOk)
        {
            return PageAnswer.Refused<NewAccountPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
        }

        return made.Value.SetPasswordPath is null
            ? PageAnswer.Done(context, "/operator/accounts", new Toast($"The Smart Account {made.Value.Domain} was created."))
            : PageAnswer.Page<NewAccountPage>(new() { ["Form"] = form, ["Made"] = made.Value });
    }

    private static async Task<IResult> EditAsync(IFormCollection form, HttpContext context, EditAccount edit)
    {
        var input = new EditAccount.Input
        {
            Name = form["name"].ToString(),
            ExportPermitted = form["exportPermitted"] == "true",
            HoldsRestrictedLicenses = form["holdsRestrictedLicenses"] == "true",
            SpecificReservation = form["specificReservation"] == "true",
            UniversalReservation = form["universalReservation"] == "true",
            PartyId = form["partyId"].ToString(),
            Status = Enum.TryParse<AccountStatus>(form["status"], out var status) && Enum.IsDefined(status) ? status : null,
        };
        var done = await edit.HandleAsync(context.Command(EditAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/accounts", new Toast($"The Smart Account {done.Value.Domain} was saved."))
            : PageAnswer.Refused<EditAccountPage>(new() { ["Typed"] = input.Name, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> EditPropertiesAsync(IFormCollection form, HttpContext context, EditAccount edit)
    {
        var typed = new EditAccount.Properties(form["name"].ToString(), form["description"].ToString(), form["headquarters"].ToString(), VisibilityOf(form));
        var input = typed.ToInput();
        var done = await edit.HandleAsync(context.Command(EditAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/properties", new Toast("The account properties were saved."))
            : PageAnswer.Refused<EditPropertiesPage>(new() { ["Typed"] = typed, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> UpgradeAsync(IFormCollection form, HttpContext context, UpgradeAccount upgrade)
    {
        var input = new UpgradeAccount.Input(form["accountName"].ToString());
        var done = await upgrade.HandleAsync(context.Command(UpgradeAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{done.Value.Domain}/properties", new Toast($"{done.Value.Name} is a Customer account now, under {done.Value.Domain}."))
            : PageAnswer.Refused<UpgradeAccountPage>(new() { ["Typed"] = input.AccountName, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    internal static SearchVisibility VisibilityOf(IFormCollection form) =>
        form["visibility"] == nameof(SearchVisibility.Restricted) ? SearchVisibility.Restricted : SearchVisibility.Unrestricted;

    private static async Task<IResult> PublishAsync(IFormCollection form, HttpContext context, PublishAgreement publish)
    {
        var input = new PublishAgreement.Input(form["title"].ToString(), form["text"].ToString());
        var done = await publish.HandleAsync(context.Command(PublishAgreement.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/agreements", new Toast($"Version {done.Value.Version} is published. Every Smart Account is told."))
            : PageAnswer.Refused<NewAgreementPage>(new() { ["Heading"] = input.Title, ["Text"] = input.Text, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}

/// <summary>The New Smart Account dialog as it was typed.</summary>
public sealed record NewAccountForm(string Name, string Domain, string Email, string DisplayName, bool ExportPermitted, string PartyId, AccountType Type)
{
    public static readonly NewAccountForm Empty = new("", "", "", "", false, "", AccountType.Customer);

    public static NewAccountForm From(IFormCollection form) => new(
        form["name"].ToString(), form["domain"].ToString(), form["email"].ToString(), form["displayName"].ToString(), form["exportPermitted"] == "true",
        form["partyId"].ToString(),
        Enum.TryParse<AccountType>(form["type"], out var type) && Enum.IsDefined(type) ? type : AccountType.Customer);
}
