using Purser.BrowserTests.Support;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.BrowserTests.Pages;

/// <summary>An installation with much to administer: an account with many people, groups, requests and programs, one with three of each, one that has just begun, and an operator.</summary>
public sealed class AdministrationHost : IAsyncLifetime
{
    private TestInstallation? installation;
    private TestAccount many = default!;

    internal Actor Administrator { get; private set; } = default!;

    internal Actor Newcomer { get; private set; } = default!;

    /// <summary>Administers the account with three of each.</summary>
    internal Actor Roofer { get; private set; } = default!;

    internal Actor Operator { get; private set; } = default!;

    /// <summary>Has no role anywhere; asked for access and for an account.</summary>
    internal Actor Guest { get; private set; } = default!;

    internal long Source { get; private set; }

    internal long Group { get; private set; }

    internal long Request { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Address { get; private set; } = "";

    internal Task<Visit> VisitAsync(Browser browser, Actor person, VisitOptions? options = null) => PagesHost.VisitAsync(browser, installation!, Address, person, options);

    public async ValueTask InitializeAsync()
    {
        (installation, Address) = await PagesHost.StartServerAsync();
        var people = installation.People;
        many = await people.AccountAsync("cobalt-mining.example");
        Administrator = await people.PersonAsync(many, Role.SmartAccountAdministrator);
        Newcomer = await people.PersonAsync(await people.AccountAsync("ember-glass.example"), Role.SmartAccountAdministrator);
        Operator = await people.OperatorAsync();
        await MakePlacesAsync();
        await MakePeopleAsync();
        await MakeGroupsAsync();
        await MakeRequestsAsync();
        await MakeProgramsAsync();
        await MakeSourcesAsync();
        await MakeAccountsAsync();
        await MakeFewAsync(await people.AccountAsync("slate-roofing.example"));
    }

    public async ValueTask DisposeAsync()
    {
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }
    }

    private Command In(string name, object input) => new(name, Administrator, input) { Accounts = [many.Id] };

    private static T Must<T>(Verdict<T> verdict) => verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"{verdict.Refusal}");

    private async Task MakePlacesAsync()
    {
        foreach (var name in new[] { "Open pit north", "Open pit south", "Conveyors and crushers of the processing plant at the river", "Office" })
        {
            var input = new CreateVirtualAccount.Input(name);
            Must(await installation!.Get<CreateVirtualAccount>().HandleAsync(In(CreateVirtualAccount.Name, input), input, Stop));
        }

        foreach (var (name, values) in new[] { ("Country", new[] { "Sweden", "Norway", "Finland" }), ("Cost centre", [.. Enumerable.Range(1, 40).Select(number => $"CC-{number:000}")]) })
        {
            var input = new SaveTag.Input(name, values) { Description = $"The {name.ToLowerInvariant()} that a virtual account belongs to" };
            Must(await installation!.Get<SaveTag>().HandleAsync(In(SaveTag.Create, input), input, Stop));
        }
    }

    private async Task MakePeopleAsync()
    {
        var input = new ImportPeople.Input
        {
            Rows = [.. Enumerable.Range(1, 140).Select(number => new ImportRow($"miner.number{number:000}@cobalt-mining.example")
            {
                Line = number, Name = number % 7 == 0 ? $"Maximiliane-Friederike von und zu Hohenlohe-Langenburg {number}" : $"Miner {number:000}",
                Role = number % 3 == 0 ? nameof(Role.VirtualAccountUser) : nameof(Role.SmartAccountUser),
                VirtualAccounts = number % 3 == 0 ? ["Open pit north", "Conveyors and crushers of the processing plant at the river"] : [],
            })],
        };
        Must(await installation!.Get<ImportPeople>().HandleAsync(In(ImportPeople.Name, input), input, [], Stop));
    }

    private async Task MakeGroupsAsync()
    {
        for (var number = 1; number <= 30; number++)
        {
            var input = new SaveGroup.Input($"Shift {number:00}")
            {
                Description = number % 5 == 0 ? "Works nights, weekends and whenever a conveyor stands still, in both pits and in the processing plant" : null,
                Emails = [.. Enumerable.Range(number, 6).Select(miner => $"miner.number{miner:000}@cobalt-mining.example")],
                Access = number % 2 == 0 ? new Access(Role.SmartAccountViewer) : null,
            };
            Group = Must(await installation!.Get<SaveGroup>().HandleAsync(In(SaveGroup.Create, input), input, Stop)).Id;
        }

        foreach (var domain in new[] { "ember-glass.example" })
        {
            var input = new RequestGroupSpan.Input(domain) { GroupId = Group, Note = "We maintain your furnace controls" };
            Must(await installation!.Get<RequestGroupSpan>().HandleAsync(In(RequestGroupSpan.Name, input), input, Stop));
        }
    }

    private async Task MakeRequestsAsync()
    {
        var world = new RequestWorld(installation!);
        for (var number = 1; number <= 30; number++)
        {
            Guest = await world.PersonAsync($"asks{number:00}@cobalt-mining.example");
            var input = new RequestAccess.Input(many.Domain, number % 4 == 0 ? "I am the new planner of the southern pit and need to see which licenses my controllers use, please." : "");
            Request = Must(await installation!.Get<RequestAccess>().HandleAsync(new Command(RequestAccess.Name, Guest, input), input, Stop)).Id;
            if (number % 3 == 0)
            {
                var decide = new DecideAccessRequest.Input(Request, number % 2 == 0 ? new Access(Role.SmartAccountUser) : null) { Reason = "Ask the office of your pit first" };
                Must(await installation!.Get<DecideAccessRequest>().HandleAsync(In(decide.Access is null ? DecideAccessRequest.Decline : DecideAccessRequest.Approve, decide), decide, Stop));
            }
        }

        Guest = await world.PersonAsync("lost@cobalt-mining.example");
        var own = new RequestAccess.Input(many.Domain, "It is me again");
        Request = Must(await installation!.Get<RequestAccess>().HandleAsync(new Command(RequestAccess.Name, Guest, own), own, Stop)).Id;
        foreach (var domain in new[] { "partner.example", "contractor.example", "rival.example" })
        {
            var rule = new SaveAccessRule.Input(domain, domain == "rival.example" ? null : new Access(Role.SmartAccountViewer)) { Reason = "Not here" };
            Must(await installation!.Get<SaveAccessRule>().HandleAsync(In(SaveAccessRule.Save, rule), rule, Stop));
        }
    }

    private async Task MakeProgramsAsync()
    {
        for (var number = 1; number <= 30; number++)
        {
            var input = new CreateApiClient.Input(
                number % 6 == 0 ? $"Inventory reader of the enterprise resource planning system, plant {number}" : $"Automation {number:00}",
                [.. ApiScopes.All.Take(1 + (number % 3))], [new CreateApiClient.ClientGrant(Role.SmartAccountViewer)]) { ExpiresInDays = number % 4 == 0 ? 5 : null };
            var made = Must(await installation!.Get<CreateApiClient>().HandleAsync(In(CreateApiClient.Name, input), input, Stop));
            if (number % 5 == 0)
            {
                var revoke = new RevokeApiClient.Input(made.Id);
                Must(await installation!.Get<RevokeApiClient>().HandleAsync(In(RevokeApiClient.Name, revoke), revoke, Stop));
            }
        }
    }

    private async Task MakeFewAsync(TestAccount few)
    {
        var (world, people) = (new RequestWorld(installation!), installation!.People);
        Roofer = await people.PersonAsync(few, Role.SmartAccountAdministrator);
        await people.PersonAsync(few, Role.SmartAccountUser);
        await people.PersonAsync(few, Role.SmartAccountViewer);
        foreach (var name in new[] { "North", "South", "West" })
        {
            var group = new SaveGroup.Input($"Roofs {name}") { Emails = [$"{name.ToLowerInvariant()}@slate-roofing.example"] };
            Must(await installation.Get<SaveGroup>().HandleAsync(By(Roofer, SaveGroup.Create, group), group, Stop));
            var program = new CreateApiClient.Input($"Scaffold {name}", [ApiScope.Read], [new CreateApiClient.ClientGrant(Role.SmartAccountViewer)]);
            Must(await installation.Get<CreateApiClient>().HandleAsync(By(Roofer, CreateApiClient.Name, program), program, Stop));
            var asks = new RequestAccess.Input(few.Domain, $"I roof in the {name.ToLowerInvariant()}");
            var person = await world.PersonAsync($"asks.{name.ToLowerInvariant()}@slate-roofing.example");
            Must(await installation.Get<RequestAccess>().HandleAsync(new Command(RequestAccess.Name, person, asks), asks, Stop));
        }

        Command By(Actor actor, string name, object input) => new(name, actor, input) { Accounts = [few.Id] };
    }

    private async Task MakeSourcesAsync()
    {
        var directory = new SaveSource.Input(SourceKind.Directory, "Directory of the southern pit", ["south.cobalt-mining.example"])
        {
            Directory = new DirectoryOptions(["dc1.cobalt-mining.example", "dc2.cobalt-mining.example"], "ou=people,dc=cobalt-mining,dc=example") { BindName = "cn=purser,dc=cobalt-mining,dc=example" },
        };
        Must(await installation!.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Operator, directory), directory, "secret", Stop));
        var provider = new SaveSource.Input(SourceKind.OpenId, "Cobalt Login", ["cobalt-mining.example", "cobalt-mining.se.example", "cobalt-mining.no.example"])
        {
            OpenId = new OpenIdOptions("https://login.cobalt-mining.example/realms/staff-and-contractors", "purser") { GroupsClaim = "groups" },
        };
        Source = Must(await installation!.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Operator, provider), provider, "secret", Stop)).Id;
        for (var number = 1; number <= 15; number++)
        {
            var role = new ChangeSourceRoles.Input($"cn=licensing-{number:00},ou=groups,dc=cobalt-mining,dc=example", many.Domain, Role.SmartAccountUser) { SourceId = Source };
            Must(await installation!.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Operator, role), role, Stop));
        }
    }

    private async Task MakeAccountsAsync()
    {
        var world = new RequestWorld(installation!);
        for (var number = 1; number <= 12; number++)
        {
            await installation!.People.AccountAsync($"bought{number:00}.example");
            var merge = new MergeAccounts.Input(MergerKind.Merge, $"bought{number:00}.example") { Into = many.Domain, Note = "Bought" };
            var merged = Must(await installation!.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.Merge, Operator, merge), merge, Stop));
            if (number % 4 == 0)
            {
                var undo = new UndoMerger.Input(merged.Id);
                Must(await installation!.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Operator, undo), undo, Stop));
            }

            var asks = new RequestAccount.Input($"Company {number:00}") { Domain = $"branch.company{number:00}.example", DomainReason = "Our mail is elsewhere, and the company is called so everywhere else" };
            Must(await world.RequestAsync(await world.PersonAsync($"head@company{number:00}.example"), asks));
        }
    }
}
