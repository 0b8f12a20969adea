using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>Customer, Partner Holding, Limited Use: who may ask for which, what each can do, how a limited one grows up.</summary>
[Trait("Feature", "SA-02")]
public sealed class AccountTypeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Somebody_without_a_company_gets_a_limited_account_with_its_first_token(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var account = await LimitedAsync(world, "mara.smith@gmail.com");
        Assert.Equal(("mara-smith.gmail.com", AccountType.LimitedUse), (account.Domain, account.Type));

        await using var db = installation.Database.Read(account.Id);
        var token = await db.RegistrationTokens.SingleAsync(Stop);
        Assert.Equal((1, TestInstallation.Start.AddDays(30), account.DefaultVirtualAccountId), (token.MaximumUses!.Value, token.ExpiresAt, token.VirtualAccountId));
        Assert.Equal(account.FirstToken, installation.Get<TokenBook>().TextOf(token));
        var mail = await world.MailAsync("mara.smith@gmail.com");
        Assert.Contains(account.FirstToken!, string.Concat(mail.Text.Where(letter => letter is not ('\n' or '\r' or '>' or ' '))), StringComparison.Ordinal);
        Assert.DoesNotContain(account.FirstToken!, string.Concat(await db.AuditEntries.IgnoreQueryFilters().Select(row => row.Input + row.Changes).ToListAsync(Stop)), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Limited_use_is_for_people_at_public_mail_services_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var employee = await world.PersonAsync("ada@acme.example");
        var refused = await world.RequestAsync(employee, new("Mine") { Type = AccountType.LimitedUse });
        Assert.Equal((RefusalCode.AccountTypeForbids, "Type"), (refused.Refusal!.Code, refused.Refusal.Field));
        Assert.Contains("Choose a Customer account for acme.example instead", refused.Refusal.Detail, StringComparison.Ordinal);

        var mara = await world.PersonAsync("mara@gmail.com");
        Assert.Contains("public mail service", (await world.RequestAsync(mara, new("Mine"))).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal("Domain", (await world.RequestAsync(mara, new("Mine") { Type = AccountType.LimitedUse, Domain = "gmail.com" })).Refusal!.Field);
        Assert.Equal("Authority", (await world.RequestAsync(mara, new("Mine") { Type = AccountType.LimitedUse, Authority = RequestAuthority.Customer, ApproverEmail = "x@gmail.com" })).Refusal!.Field);
        await LimitedAsync(world, "mara@gmail.com");
        Assert.Equal(RefusalCode.AlreadyExists, (await world.RequestAsync(mara, new("Again") { Type = AccountType.LimitedUse })).Refusal!.Code);

        // Another address of the same service is another person.
        Assert.Equal("nora.gmail.com", (await LimitedAsync(world, "nora@gmail.com")).Domain);
        Assert.StartsWith("nora-b-", (await LimitedAsync(world, "nora+b@gmail.com")).Domain, StringComparison.Ordinal);

        var input = new CreateAccount.Input("Acme", "gmail.com");
        Assert.Contains("public mail service", (await installation.Get<CreateAccount>().HandleAsync(new Command(CreateAccount.Name, Actor.System, input), input, Stop)).Refusal!.Detail, StringComparison.Ordinal);
        var limited = new CreateAccount.Input("Acme", "ada.example") { Type = AccountType.LimitedUse, Administrator = new NewPerson("ada@acme.example") };
        Assert.Equal(RefusalCode.AccountTypeForbids, (await installation.Get<CreateAccount>().HandleAsync(new Command(CreateAccount.Name, Actor.System, limited), limited, Stop)).Refusal!.Code);
    }

    [Theory, Engines]
    public async Task A_limited_account_has_three_users_three_virtual_accounts_and_no_tags(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await LimitedAsync(new RequestWorld(installation), "mara@gmail.com");
        Assert.Null(await AddAsync(installation, account.Id, "two@gmail.com", Role.SmartAccountUser));
        Assert.Null(await AddAsync(installation, account.Id, "three@gmail.com", Role.SmartAccountUser));
        var fourth = await AddAsync(installation, account.Id, "four@gmail.com", Role.SmartAccountUser);
        Assert.Equal(RefusalCode.AccountTypeForbids, fourth!.Code);
        Assert.Contains("at most 3 users", fourth.Detail, StringComparison.Ordinal);

        // A second role takes no further place.
        Assert.Null(await AddAsync(installation, account.Id, "two@gmail.com", Role.SmartAccountViewer));

        Assert.Null(await PlaceAsync(installation, account.Id, "Two"));
        Assert.Null(await PlaceAsync(installation, account.Id, "Three"));
        var place = await PlaceAsync(installation, account.Id, "Four");
        Assert.Equal(RefusalCode.AccountTypeForbids, place!.Code);
        Assert.Contains("at most 3 virtual accounts, the default included", place.Detail, StringComparison.Ordinal);

        var tag = new SaveTag.Input("Country", ["Sweden"]);
        Assert.Equal(
            RefusalCode.AccountTypeForbids,
            (await installation.Get<SaveTag>().HandleAsync(new Command(SaveTag.Create, Actor.System, tag) { Accounts = [account.Id] }, tag, Stop)).Refusal!.Code);
    }

    [Theory, Engines]
    public async Task Of_two_who_come_at_once_one_is_the_third(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await LimitedAsync(new RequestWorld(installation), "mara@gmail.com");
        Assert.Null(await AddAsync(installation, account.Id, "two@gmail.com", Role.SmartAccountUser));
        var refusals = await Task.WhenAll(new[] { "three@gmail.com", "four@gmail.com" }.Select(email => Task.Run(() => AddAsync(installation, account.Id, email, Role.SmartAccountUser))));
        Assert.Equal(RefusalCode.AccountTypeForbids, Assert.Single(refusals.OfType<Refusal>()).Code);
        var places = await Task.WhenAll(new[] { "Two", "Three", "Four" }.Select(name => Task.Run(() => PlaceAsync(installation, account.Id, name))));
        Assert.Equal(RefusalCode.AccountTypeForbids, Assert.Single(places.OfType<Refusal>()).Code);
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(3, await db.RoleGrants.Select(row => row.PersonId).Distinct().CountAsync(Stop));
        Assert.Equal(3, await db.VirtualAccounts.CountAsync(Stop));
    }

    [Theory, Engines]
    public async Task An_administrator_with_a_company_address_upgrades_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var account = await LimitedAsync(world, "mara@gmail.com");
        var mara = await world.PersonAsync("mara@gmail.com");
        var refused = await UpgradeAsync(installation, account.Id, mara);
        Assert.Equal(RefusalCode.AccountTypeForbids, refused.Refusal!.Code);
        Assert.Contains("not of a company's own domain", refused.Refusal.Detail, StringComparison.Ordinal);

        Assert.Null(await AddAsync(installation, account.Id, "ada@eu.acme.example", Role.SmartAccountAdministrator));
        var ada = await world.PersonAsync("ada@eu.acme.example");

        // An administrator can write down any company's address; its domain goes to who reads its mail.
        var unproven = await UpgradeAsync(installation, account.Id, ada);
        Assert.Equal(RefusalCode.NotAllowed, unproven.Refusal!.Code);
        Assert.Contains("Nobody has shown yet that ada@eu.acme.example is your address", unproven.Refusal.Detail, StringComparison.Ordinal);
        await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync("ada@eu.acme.example"));
        var taken = await installation.People.AccountAsync("acme.example");
        Assert.Equal(RefusalCode.AlreadyExists, (await UpgradeAsync(installation, account.Id, ada)).Refusal!.Code);
        await CloseAsync(installation, taken.Id);
        Assert.Equal("eu.acme.example", (await UpgradeAsync(installation, account.Id, ada)).Value.Domain);
        Assert.Equal(RefusalCode.Conflict, (await UpgradeAsync(installation, account.Id, ada)).Refusal!.Code);

        var facts = await installation.Get<ShowAccount>().HandleAsync(account.Id, Stop);
        Assert.Equal((AccountType.Customer, "eu.acme.example", "Acme Europe"), (facts.Type, facts.Domain, facts.Name));
        Assert.Null(await AddAsync(installation, account.Id, "two@gmail.com", Role.SmartAccountUser));
        Assert.Null(await AddAsync(installation, account.Id, "three@gmail.com", Role.SmartAccountUser));
        await using var db = installation.Database.Read(account.Id);
        Assert.Contains(
            "The Smart Account \"Acme Europe\" was upgraded from Limited Use to Customer; its domain identifier changed from mara.gmail.com to eu.acme.example.",
            await db.Events.Select(row => row.Message).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_holding_account_waits_for_the_operator_and_activates_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var staff = await installation.People.OperatorAsync();
        await installation.People.AccountAsync("partner.example");
        var pia = await world.PersonAsync("pia@partner.example");
        Assert.Contains("taken by an account of another type", (await world.RequestAsync(pia, new("Partner") { Type = AccountType.PartnerHolding })).Refusal!.Detail, StringComparison.Ordinal);
        var wanted = new RequestAccount.Input("Partner") { Type = AccountType.PartnerHolding, Domain = "holding.partner.example", DomainReason = "Beside our own account" };
        var request = (await world.RequestAsync(pia, wanted)).Value;
        Assert.Equal(AccountRequestState.AwaitingOperator, request.State);
        Assert.Null(await world.DecideAsync(staff, new(request.Id, IsApproved: true)));
        var account = (await world.ActivateAsync(pia, new() { Code = await world.CodeAsync("pia@partner.example") })).Value;
        Assert.Equal((AccountType.PartnerHolding, null), (account.Type, account.FirstToken));

        var input = new CreateTokens.Input([account.DefaultVirtualAccountId]) { TermsAccepted = true };
        var token = await installation.Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        Assert.Equal(RefusalCode.AccountTypeForbids, token.Refusal!.Code);
        Assert.Contains("holding account", (await installation.Get<TokenOffer>().HandleAsync(account.Id, Stop)).WhyNot, StringComparison.Ordinal);

        // A second one for the same partner is a duplicate.
        Assert.Equal(RefusalCode.AlreadyExists, (await world.RequestAsync(pia, wanted with { Domain = "two.partner.example" })).Refusal!.Code);
    }

    private static async Task<ActivateAccount.Answer> LimitedAsync(RequestWorld world, string email)
    {
        var person = await world.PersonAsync(email);
        var request = await world.RequestAsync(person, new("Mine") { Type = AccountType.LimitedUse });
        Assert.True(request.IsOk, request.Refusal?.Detail);
        return (await world.ActivateAsync(person, new() { Code = await world.CodeAsync(email) })).Value;
    }

    private static Task<Verdict<UpgradeAccount.Answer>> UpgradeAsync(TestInstallation installation, long account, Actor actor)
    {
        var input = new UpgradeAccount.Input("Acme Europe");
        return installation.Get<UpgradeAccount>().HandleAsync(new Command(UpgradeAccount.Name, actor, input) { Accounts = [account] }, input, Stop);
    }

    private static async Task CloseAsync(TestInstallation installation, long account)
    {
        var input = new EditAccount.Input { Status = AccountStatus.Closed };
        Assert.True((await installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk);
    }

    private static async Task<Refusal?> AddAsync(TestInstallation installation, long account, string email, Role role)
    {
        var input = new AddPerson.Input(email, role);
        return (await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).Refusal;
    }

    private static async Task<Refusal?> PlaceAsync(TestInstallation installation, long account, string name)
    {
        var input = new CreateVirtualAccount.Input(name);
        return (await installation.Get<CreateVirtualAccount>().HandleAsync(new Command(CreateVirtualAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).Refusal;
    }
}
