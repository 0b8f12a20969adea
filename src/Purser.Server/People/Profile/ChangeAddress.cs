using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.Profile;

/// <summary>
/// A person changes her mail address: she asks with her password, and uses the link that is mailed to the new address while she is signed in. The
/// earlier address is told, and every browser and program is out (SA-02: a profile with a company's domain upgrades an account).
/// </summary>
public sealed class ChangeAddress(WritePath writePath, Database database, PasswordCheck passwords, Outbox outbox, BearerTokens tokens, PurserSettings settings)
{
    private const string AskName = "profile.ask-for-address";
    private const string ConfirmName = "profile.change-address";

    // The mail goes to an address that may be a stranger's: not as often as a button can be pressed.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>What the audit keeps: neither password nor code.</summary>
    private sealed record Audited(string Email);

    public sealed record AskBody(string Email, string Password);

    public sealed record ConfirmBody(string Code);

    public sealed record Answer(string Email);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/me/address", async (AskBody body, ChangeAddress change, HttpContext context) =>
                (await change.AskAsync(context.Actor(), body.Email, body.Password, context.RequestAborted)).ToHttp())
            .Requires(Permission.ProfileEdit)
            .WithSummary("Ask for another e-mail address; a link is mailed to it").WithTags("Profile");
        routes.MapPost("/api/v1/me/address/confirm", async (ConfirmBody body, ChangeAddress change, HttpContext context) =>
                (await change.ConfirmAsync(context.Actor(), body.Code, context.RequestAborted)).Map(person => new Answer(person.Email!)).ToHttp())
            .Requires(Permission.ProfileEdit)
            .WithSummary("Take the e-mail address by the code of the mailed link; all sessions and tokens end").WithTags("Profile");
    }

    /// <summary>The answer is the same whether the address is free or somebody else's: the mail tells who reads it.</summary>
    public async Task<Verdict<Done>> AskAsync(Actor actor, string email, string password, CancellationToken cancellation = default)
    {
        if (NewPerson.Problem(new NewPerson(email)) is { } problem)
        {
            return problem;
        }

        await using (var db = database.Read())
        {
            if (actor.Kind != ActorKind.Person || await db.Users.FirstOrDefaultAsync(row => row.Id == actor.Id, cancellation) is not { } person)
            {
                return ChangeProfile.NoPerson();
            }

            if (await ChangeProfile.KeeperAsync(db, person, cancellation) is { } keeper)
            {
                return ChangeProfile.KeptThere(keeper);
            }

            if (await passwords.CheckAsync(person.Email!, password) is null)
            {
                return Verdict.Refused(RefusalCode.SignInFailed, "The password is wrong.", nameof(AskBody.Password));
            }
        }

        var wanted = email.Trim();
        return await writePath.RunAsync<Done>(new Command(AskName, actor, new Audited(wanted)), async scope =>
        {
            if (await JudgeAsync(scope, actor.Id, wanted, cancellation) is { } refusal)
            {
                return refusal;
            }

            var link = await NewAddressLink.MakeAsync(scope, actor.Id, wanted, cancellation);
            outbox.Post(scope, await PersonBook.FindAsync(scope.Db, wanted) is null ? LinkMail(actor, wanted, link) : TakenMail(wanted));
            return Verdict.Done;
        }, cancellation);
    }

    public async Task<Verdict<Person>> ConfirmAsync(Actor actor, string code, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return ChangeProfile.NoPerson();
        }

        Person? changed = null;
        var address = await AddressAsync(actor.Id, code, cancellation);
        var command = new Command(ConfirmName, actor, new Audited(address ?? "")) { Accounts = await PersonPlaces.OfAsync(database, actor.Id, cancellation) };
        var verdict = await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await NewAddressLink.AddressAsync(scope.Db, actor.Id, code, scope.MachineNow, cancellation) is not { } wanted)
            {
                return Verdict.Refused(
                    RefusalCode.SignInFailed, $"This link was used, has expired, or is not {actor.Name}'s, as whom you are signed in. Ask for a new one under “Your sign-in”.");
            }

            changed = await scope.Db.Users.FirstAsync(row => row.Id == actor.Id, cancellation);
            if (await ChangeProfile.KeeperAsync(scope.Db, changed, cancellation) is { } keeper)
            {
                return ChangeProfile.KeptThere(keeper);
            }

            if (await PersonBook.FindAsync(scope.Db, wanted) is { } other && other.Id != changed.Id)
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"There is a sign-in with the address {wanted} by now. Use that one.");
            }

            await TakeAsync(scope, command, changed, wanted, cancellation);
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => changed!);
    }

    private async Task TakeAsync(WriteScope scope, Command command, Person person, string wanted, CancellationToken cancellation)
    {
        var before = person.Email!;
        PersonBook.SetAddress(person, wanted);
        (person.EmailConfirmed, person.SecurityStamp) = (true, SecretSource.NewUuid());
        person.DisplayName = person.DisplayName == before ? wanted : person.DisplayName;

        // What went to the earlier address, or was trusted because of it, opens nothing any more.
        foreach (var link in await scope.Db.UserTokens.Where(row => row.UserId == person.Id).ToListAsync(cancellation))
        {
            link.Value = null;
        }

        scope.Db.UserLogins.RemoveRange(await scope.Db.UserLogins.Where(row => row.UserId == person.Id).ToListAsync(cancellation));
        await EndSignIns.OfAsync(scope, person.Id, tokens, cancellation);
        outbox.Post(scope, new MailDraft(before, $"Your address in {settings.Vendor.PortalName} was changed")
            .Say($"You sign in to {settings.Vendor.PortalName} as {wanted} from now on; {before} is no longer used. All browsers and programs were signed out.")
            .Say($"If it was not you who changed it, somebody knows your password: turn to {settings.Vendor.SupportName} at once."));
        PersonPlaces.Tell(scope, command, PeopleEvents.AddressChanged(person.DisplayName, before, wanted));
    }

    private static async Task<Refusal?> JudgeAsync(WriteScope scope, long personId, string wanted, CancellationToken cancellation)
    {
        var person = await scope.Db.Users.FirstAsync(row => row.Id == personId, cancellation);
        if (PersonBook.KeyOf(wanted) == person.NormalizedEmail)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "This is your address already.", nameof(AskBody.Email));
        }

        if ((await scope.Db.SignInSources.Where(row => row.IsEnabled && row.ReplacesPasswords).ToListAsync(cancellation)).Find(row => row.AnswersFor(wanted)) is { } source)
        {
            return Verdict.Refused(
                RefusalCode.Conflict, $"People of {SourceOptions.DomainOf(wanted)} sign in through “{source.Name}”. Do that once, and have your roles given to that sign-in.", nameof(AskBody.Email));
        }

        return await NewAddressLink.MadeAtAsync(scope.Db, personId, cancellation) is { } at && at + Pause > scope.MachineNow
            ? Verdict.Refused(RefusalCode.TooManyRequests, "A link was mailed less than ten minutes ago. Wait a little.")
            : null;
    }

    private MailDraft LinkMail(Actor actor, string wanted, string link) => new MailDraft(wanted, $"Confirm your address for {settings.Vendor.PortalName}")
        .Say($"{actor.Name} wants to sign in to {settings.Vendor.PortalName} as {wanted} from now on. Is that you? Open the link in a browser in which you are signed in.")
        .Link("Use this address", outbox.PublicUrl + link)
        .Say("The link works once, for a day. If you know nothing of this, do nothing: somebody has typed a wrong address.");

    private MailDraft TakenMail(string wanted) => new MailDraft(wanted, $"Your address in {settings.Vendor.PortalName}")
        .Say($"Somebody who is signed in to {settings.Vendor.PortalName} under another address asked to use {wanted}. There is a sign-in with this address already, so nothing was changed.")
        .Say("If it was you: sign in with this address instead, and have your roles given to it. If you know nothing of this, do nothing.");

    private async Task<string?> AddressAsync(long personId, string code, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await NewAddressLink.AddressAsync(db, personId, code, DateTimeOffset.MinValue, cancellation);
    }
}
