using Microsoft.AspNetCore.Identity;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Demo;

/// <summary>
/// Makes the demo estate in an empty installation, through the same use cases that pages and programs call. Every credential is random. The file
/// with the credentials is written last: who finds it finds all the rest.
/// </summary>
internal sealed class DemoEstate(IServiceProvider services, PurserSettings settings, AuthorityKeys authority)
{
    private const string OperatorMailbox = "operator";

    private readonly Dictionary<(string Account, string Place), long> places = [];
    private readonly Dictionary<string, DemoClient> clients = [];

    public async Task MakeAsync(CancellationToken cancellation)
    {
        await DemoPresent.WriteAsync(Get<Database>(), Get<DayZone>().DayOf(Get<DomainClock>().Now).AddDays(settings.Demo.HistoryDays), cancellation);
        var staff = await AddOperatorAsync(cancellation);
        await ImportCatalogAsync(cancellation);
        Must(await Get<PublishAgreement>().HandleAsync(System(PublishAgreement.Name), new("Smart Licensing Agreement", Text("agreement.txt")), cancellation));
        DemoSignIn? administrator = null;
        foreach (var account in DemoAccounts.All)
        {
            var signIn = await AddAccountAsync(account, cancellation);
            administrator ??= signIn;
        }

        await Get<DemoOrdersJob>().RunAsync(cancellation);
        await WriteFilesAsync(staff, administrator!, cancellation);
    }

    private async Task<DemoSignIn> AddOperatorAsync(CancellationToken cancellation)
    {
        var email = $"{OperatorMailbox}@{settings.Vendor.Domain}";
        Must(await Get<AddStaff>().HandleAsync(
            System(AddStaff.Name), new AddStaff.Input(email, OperatorRole.LicensingAdministrator) { DisplayName = "Olav Operator" }, cancellation));
        return await GivePasswordAsync(email);
    }

    private async Task ImportCatalogAsync(CancellationToken cancellation) =>
        Must(await Get<ImportCatalog>().HandleAsync(Actor.System, CatalogFileKind.Json, Text("catalog.json"), preview: false, cancellation: cancellation));

    private async Task<DemoSignIn> AddAccountAsync(DemoAccount plan, CancellationToken cancellation)
    {
        var email = $"{plan.Administrator.Mailbox}@{plan.Domain}";
        var made = Must(await Get<CreateAccount>().HandleAsync(
            System(CreateAccount.Name),
            new CreateAccount.Input(plan.Name, plan.Domain) { Administrator = new NewPerson(email, plan.Administrator.Name) }, cancellation));
        var allowed = new EditAccount.Input { SpecificReservation = true, UniversalReservation = true };
        Must(await Get<EditAccount>().HandleAsync(System(EditAccount.Name) with { Input = allowed, Accounts = [made.Id] }, allowed, cancellation));
        var signIn = await GivePasswordAsync(email);
        var actor = await ActorAsync(email, cancellation);
        Command Command(string name) => new(name, actor, new { }) { Accounts = [made.Id] };

        foreach (var place in plan.Places)
        {
            var input = new CreateVirtualAccount.Input(place.Name)
            {
                Description = place.Description,
                ParentId = place.Parent is null ? null : places[(plan.Domain, place.Parent)],
                AccessLevel = place.AccessLevel,
            };
            var view = Must(await Get<CreateVirtualAccount>().HandleAsync(Command(CreateVirtualAccount.Name) with { Input = input }, input, cancellation));
            places.Add((plan.Domain, place.Name), view.Id);
        }

        foreach (var person in plan.People)
        {
            var input = new AddPerson.Input($"{person.Mailbox}@{plan.Domain}", person.Role)
            {
                DisplayName = person.Name,
                VirtualAccountId = person.Place is null ? null : places[(plan.Domain, person.Place)],
            };
            Must(await Get<AddPerson>().HandleAsync(Command(AddPerson.Name) with { Input = input }, input, cancellation));
        }

        var acceptance = new AcceptAgreement.Input(Version: 1, IsAgreed: true);
        Must(await Get<AcceptAgreement>().HandleAsync(Command(AcceptAgreement.Name) with { Input = acceptance }, acceptance, cancellation));
        var client = new CreateApiClient.Input("Automation", ApiScopes.All, [new CreateApiClient.ClientGrant(Role.SmartAccountAdministrator)]);
        var credentials = Must(await Get<CreateApiClient>().HandleAsync(Command(CreateApiClient.Name) with { Input = client }, client, cancellation));
        clients.Add(plan.Domain, new DemoClient(credentials.ClientId, credentials.ClientSecret!));
        return signIn;
    }

    private async Task WriteFilesAsync(DemoSignIn staff, DemoSignIn administrator, CancellationToken cancellation)
    {
        var directory = Path.GetFullPath(settings.Store.DataDirectory);
        var certificate = Path.Combine(directory, "ca.pem");
        await File.WriteAllTextAsync(certificate, authority.RootPem, cancellation);
        var baseUrl = $"http://localhost:{settings.Http.Port}";
        DemoFiles.Write(DemoFiles.Fleet(directory), await FleetAsync(baseUrl, cancellation));

        var account = DemoAccounts.All[0];
        var credentials = new DemoCredentials(
            baseUrl, $"https://localhost:{settings.Http.HttpsPort}", certificate, staff, administrator, clients[account.Domain],
            new DemoAccountName(account.Domain, account.Name), DemoAccounts.NewcomersPlace, await TokenAsync(account, cancellation));
        DemoFiles.Write(settings.Demo.HistoryDays > 0 ? DemoFiles.PendingCredentials(directory) : DemoFiles.Credentials(directory), credentials);
    }

    private async Task<FleetFile> FleetAsync(string baseUrl, CancellationToken cancellation)
    {
        var client = new CreateOperatorClient.Input("Simulated fleet", OperatorRole.LicensingAdministrator, ApiScopes.All);
        var credentials = Must(await Get<CreateOperatorClient>().HandleAsync(System(CreateOperatorClient.Name) with { Input = client }, client, cancellation));
        var catalog = await Get<CatalogCache>().CurrentAsync(cancellation);
        return new FleetFile(
            baseUrl,
            settings.Demo.Fleet,
            new DemoClient(credentials.ClientId, credentials.ClientSecret!),
            [.. clients.Select(pair => new FleetFile.Customer(pair.Key, pair.Value))],
            [.. DemoFleet.All.Select(devices => new FleetFile.Place(
                devices.Account, places[(devices.Account, devices.Place)], devices.Place, catalog.FindProduct(devices.Product)!.Tag, devices.Pid, devices.Count,
                [.. devices.Uses.Select(use => new FleetFile.Use(use.License, use.Count))]))]);
    }

    private async Task<string> TokenAsync(DemoAccount account, CancellationToken cancellation)
    {
        var lookup = (await Get<AccountLookup>().FindAsync(account.Domain, cancellation))!;
        var actor = await ActorAsync($"{account.Administrator.Mailbox}@{account.Domain}", cancellation);
        var input = new CreateTokens.Input([places[(account.Domain, DemoAccounts.NewcomersPlace)]])
        {
            Description = "For your first device",
            ExpiresInDays = TokenRules.LongestDays,
            TermsAccepted = true,
        };
        var answer = Must(await Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, actor, input) { Accounts = [lookup.Id] }, input, cancellation));
        return answer.Tokens[0].Token!;
    }

    private async Task<DemoSignIn> GivePasswordAsync(string email)
    {
        await using var scope = services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = (await people.FindByEmailAsync(email))!;
        var password = SecretSource.NewPassword();
        var result = await people.AddPasswordAsync(person, password);
        return result.Succeeded ? new DemoSignIn(email, password) : throw new InvalidOperationException($"{email}: {result}");
    }

    private async Task<Actor> ActorAsync(string email, CancellationToken cancellation)
    {
        await using var db = Get<Database>().Read();
        var person = (await PersonBook.FindAsync(db, email))!;
        return (await Get<ActorSource>().PersonAsync(person.Id, cancellation))!;
    }

    private static Command System(string name) => new(name, Actor.System, new { });

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>The estate is fixed: a refusal is a mistake in it.</summary>
    private static T Must<T>(Verdict<T> verdict) => verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"The demo estate was refused: {verdict.Refusal}");

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(DemoEstate).Assembly.GetManifestResourceStream($"demo/{name}")!);
        return reader.ReadToEnd();
    }
}
