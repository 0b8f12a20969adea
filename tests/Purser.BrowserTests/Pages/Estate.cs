using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.BrowserTests.Pages;

/// <summary>A customer in the middle of her work: nested virtual accounts, a shortage, terms that end, silent devices; and one who has just begun.</summary>
internal sealed class Estate
{
    private readonly Dictionary<string, long> licenses = [];

    private Estate(DeviceEstate rows) => Rows = rows;

    public DeviceEstate Rows { get; }

    public TestAccount Account => Rows.Account;

    public string Root => $"/accounts/{Account.Domain}";

    public TestAccount NewAccount { get; private set; } = default!;

    public long Stockholm { get; private set; }

    public long Oslo { get; private set; }

    public long Warehouse { get; private set; }

    public Actor Administrator { get; private set; } = default!;

    public Actor Viewer { get; private set; } = default!;

    /// <summary>May work in Stockholm only.</summary>
    public Actor StockholmUser { get; private set; } = default!;

    public Actor NewAdministrator { get; private set; } = default!;

    public long SilentDevice { get; private set; }

    /// <summary>Puts numbers into an address: {stockholm}, {essentials} ….</summary>
    public string Fill(string address) => new[]
    {
        ("{stockholm}", Stockholm), ("{oslo}", Oslo), ("{warehouse}", Warehouse), ("{device}", SilentDevice),
        ("{advantage}", License("Network Advantage, 48 ports")), ("{essentials}", License("Network Essentials, 48 ports")),
    }.Aggregate(address, (text, part) => text.Replace(part.Item1, part.Item2.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public long License(string name) => licenses[name];

    public static async Task<Estate> MakeAsync(TestInstallation installation)
    {
        var estate = new Estate(await DeviceEstate.MakeAsync(installation, "aurora-logistics.example"));
        await estate.MakePlacesAsync();
        await estate.MakeStockAsync();
        await estate.MakeDevicesAsync();
        await estate.MakePeopleAsync(installation.People);

        // Six weeks later: a term is near its end, the silent device is noticed.
        await estate.Rows.PassAsync(TestInstallation.Start.AddDays(42));
        return estate;
    }

    private async Task MakePlacesAsync()
    {
        var nordic = await Rows.VirtualAccountAsync("Nordic");
        Stockholm = await PlaceAsync("Stockholm", nordic);
        Oslo = await PlaceAsync("Oslo", nordic);
        await Rows.VirtualAccountAsync("Laboratory");
        Warehouse = await Rows.VirtualAccountAsync("Warehouse automation and yard management");
    }

    private async Task<long> PlaceAsync(string name, long parent)
    {
        var input = new CreateVirtualAccount.Input(name) { ParentId = parent, Description = $"Everything that stands in {name}" };
        var command = new Command(CreateVirtualAccount.Name, Actor.System, input) { Accounts = [Account.Id] };
        return (await Rows.Installation.Get<CreateVirtualAccount>().HandleAsync(command, input)).Value.Id;
    }

    private async Task MakeStockAsync()
    {
        foreach (var name in new[]
        {
            "Network Advantage, 48 ports", "Network Essentials, 48 ports", "Routing Advantage, tier 2", "Wireless access point", "Firewall threat defence", "Telemetry export",
        })
        {
            licenses[name] = await Rows.EntitlementAsync(name);
        }

        var today = DateOnly.FromDateTime(TestInstallation.Start.UtcDateTime);
        await Rows.DepositAsync(Stockholm, License("Network Advantage, 48 ports"), 40);
        await Rows.DepositAsync(Stockholm, License("Network Advantage, 48 ports"), 20, LicenseTerms.Term(today, 12, DayZone.Utc));
        await Rows.DepositAsync(Stockholm, License("Network Essentials, 48 ports"), 6);
        await Rows.DepositAsync(Oslo, License("Network Essentials, 48 ports"), 25);
        await Rows.DepositAsync(Oslo, License("Network Essentials, 48 ports"), 10, LicenseTerms.Term(today, 36, DayZone.Utc));
        await Rows.DepositAsync(Stockholm, License("Wireless access point"), 1_250);
        await Rows.DepositAsync(Stockholm, License("Firewall threat defence"), 8, LicenseTerms.Demo(TestInstallation.Start, DayZone.Utc));
        for (var number = 1; number <= 60; number++)
        {
            var name = $"Conveyor controller option {number:00}";
            licenses[name] = await Rows.EntitlementAsync(name);
            await Rows.DepositAsync(Warehouse, License(name), number * 7);
        }
    }

    private async Task MakeDevicesAsync()
    {
        var devices = new List<long>();
        for (var number = 1; number <= 9; number++)
        {
            devices.Add(await Rows.DeviceAsync(Stockholm, $"sto-core-{number:00}", null, (License("Network Advantage, 48 ports"), 4), (License("Network Essentials, 48 ports"), 1)));
            Rows.Installation.Advance(TimeSpan.FromHours(7));
        }

        await Rows.DeviceAsync(Stockholm, "sto-wireless-controller", null, (License("Wireless access point"), 981));
        await Rows.DeviceAsync(Oslo, "osl-core-01", null, (License("Network Essentials, 48 ports"), 4));
        // The first one falls silent, the others keep calling home.
        SilentDevice = devices[0];
        foreach (var device in devices.Skip(1))
        {
            await Rows.TouchAsync(device, row => row.LastContactAt = TestInstallation.Start.AddDays(41));
        }

        await BulkDevices.InsertAsync(Rows.Installation, Account.Id, Warehouse, 2_000);
    }

    private async Task MakePeopleAsync(TestPeople people)
    {
        Administrator = await people.PersonAsync(Account, Role.SmartAccountAdministrator);
        Viewer = await people.PersonAsync(Account, Role.SmartAccountViewer);
        StockholmUser = await people.PersonAsync(Account, Role.VirtualAccountUser, Stockholm);
        NewAccount = await people.AccountAsync("borealis-shipping.example");
        NewAdministrator = await people.PersonAsync(NewAccount, Role.SmartAccountAdministrator);
    }
}
