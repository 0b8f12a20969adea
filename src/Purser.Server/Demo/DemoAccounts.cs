using Purser.Server.Accounts;
using Purser.Server.People;

namespace Purser.Server.Demo;

/// <summary>Who the demo's customers are. Everything here is invented.</summary>
internal static class DemoAccounts
{
    public const string Hospitals = "meridian-hospitals.example";
    public const string Railway = "halden-rail.example";

    /// <summary>Where a newcomer tries things: a few licenses, none of the simulated devices' own, and a surplus next door.</summary>
    public const string NewcomersPlace = "Emergency";

    public static readonly IReadOnlyList<DemoAccount> All =
    [
        new(
            "Meridian Hospitals", Hospitals, "Lyon",
            new DemoPerson("mara.lindqvist", "Mara Lindqvist", Role.SmartAccountAdministrator),
            [
                new("Campus North", Description: "Main building, wards and theatres"),
                new("Radiology", "Campus North"),
                new("Emergency", "Campus North", "Emergency department and ambulance bay"),
                new("Campus South", Description: "Outpatients and administration"),
                new("Laboratories", "Campus South", "Clinical and research laboratories"),
                new("Data Centers", AccessLevel: AccessLevel.Private),
                new("Primary Data Center", "Data Centers"),
                new("Recovery Data Center", "Data Centers"),
                new("Branch Clinics", Description: "Thirty clinics with one rack each"),
            ],
            [
                new("jonas.abel", "Jonas Abel", Role.SmartAccountUser),
                new("lucia.ferrant", "Lucia Ferrant", Role.SmartAccountApprover),
                new("piet.deroo", "Piet de Roo", Role.VirtualAccountAdministrator, "Campus North"),
                new("ines.caldera", "Inês Caldera", Role.VirtualAccountUser, "Data Centers"),
                new("audit", "Internal Audit", Role.SmartAccountViewer),
            ]),
        new(
            "Halden Rail", Railway, "Halden",
            new DemoPerson("sven.tofte", "Sven Tofte", Role.SmartAccountAdministrator),
            [
                new("Stations"),
                new("Central Station", "Stations"),
                new("Harbour Station", "Stations"),
                new("Depots", Description: "Workshops and yards"),
                new("Operations Control", AccessLevel: AccessLevel.Private),
            ],
            [
                new("astrid.moen", "Astrid Moen", Role.VirtualAccountAdministrator, "Depots"),
                new("kari.lunde", "Kari Lunde", Role.SmartAccountUser),
            ]),
    ];
}
