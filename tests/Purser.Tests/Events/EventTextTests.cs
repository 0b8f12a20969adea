using Purser.Server.Catalog;
using Purser.Server.Events;

namespace Purser.Tests.Events;

/// <summary>The wording of the source, letter by letter (help ch. 4 and 6).</summary>
[Trait("Feature", "LI-16")]
[Trait("Feature", "PI-10")]
public sealed class EventTextTests
{
    public static TheoryData<EventText, string, string> Texts => new()
    {
        { LicensingEvents.NewLicenses(5, "Gold", "Lab"), "New Licenses", "5 new Gold licenses were added to the Virtual Account \"Lab\"." },
        { LicensingEvents.Transferred(5, "Gold", "Lab", "Ops"), "Licenses Transferred", "5 Gold licenses were transferred from the Virtual Account \"Lab\" to the Virtual Account \"Ops\"." },
        { LicensingEvents.Expired(5, "Gold", "Lab"), "Licenses Expired", "5 \"Gold\" licenses expired and were removed from the Virtual Account \"Lab\"." },
        { LicensingEvents.Removed(5, "Gold", "Lab"), "Licenses Removed", "5 \"Gold\" licenses were removed from the Virtual Account \"Lab\"." },
        { LicensingEvents.Insufficient(5, "Gold", "Lab"), "Insufficient Licenses Detected", "The Virtual Account \"Lab\" reported a shortage of 5 Gold licenses." },
        {
            LicensingEvents.Upgrade(5, "Gold", "Lab", LicenseType.Term), "License Upgrade",
            "5 new \"Gold\" term licenses were added to the Virtual Account \"Lab\". These licenses will become available when the upgrade is completed by identifying "
            + "the licenses to be replaced by the upgrade licenses."
        },
        { LicensingEvents.NewLicenses(1, "Gold", "Lab"), "New Licenses", "1 new Gold license was added to the Virtual Account \"Lab\"." },
        { LicensingEvents.Expired(1, "Gold", "Lab"), "Licenses Expired", "1 \"Gold\" license expired and was removed from the Virtual Account \"Lab\"." },
        { ProductInstanceEvents.Added("dev", "Lab"), "New Product Instance", "The product instance dev connected and was added to the Virtual Account \"Lab\"." },
        { ProductInstanceEvents.Transferred("dev", "Lab", "Ops"), "Product Instance Transferred", "The product instance dev was transferred from the Virtual Account \"Lab\" to the Virtual Account \"Ops\"." },
        { ProductInstanceEvents.Removed("dev"), "Product Instance Removed", "The product instance \"dev\" was removed from Smart Software Manager." },
        { ProductInstanceEvents.RequestedLicense("dev", "Lab", 2, "Gold"), "Product Instance Requested License", "The product instance dev in the Virtual Account \"Lab\" requested 2 \"Gold\"." },
        { ProductInstanceEvents.RenewedCertificate("dev", "Lab"), "Product Instance Renewed Certificate", "The product instance dev in the Virtual Account \"Lab\" connected and successfully renewed its identity certificate." },
        { ProductInstanceEvents.FailedToConnect("dev", "Lab"), "Failure to Connect Detected", "The product instance dev in the Virtual Account \"Lab\" failed to connect for its renewal period." },
        {
            ExportEvents.Assigned("dev", "Lab", [new LockedPart(2, "Gold", LicenseType.Perpetual), new LockedPart(3, "Gold", LicenseType.Term)]), "Export Authorization Success",
            "Export restricted licenses were assigned to product instance \"dev\" in Virtual Account \"Lab\". Licenses: 2 \"Gold\" perpetual licenses, 3 \"Gold\" term licenses."
        },
        {
            ExportEvents.NotAvailable("dev", "Lab", [(2, "Gold"), (1, "Iron")]), "Export Authorization Failure",
            "Restricted License Not Available – The product instance \"dev\" in Virtual Account \"Lab\" has requested export restricted licenses that are not available. You must "
            + "add these licenses to this Virtual Account or transfer the product instance to a Virtual Account that contains these licenses. Licenses: 2 \"Gold\" term/perpetual, "
            + "1 \"Iron\" term/perpetual."
        },
        {
            ExportEvents.Released("dev", "Lab", [new LockedPart(2, "Gold", LicenseType.Perpetual)]), "Export Restricted Licenses Released",
            "Export restricted licenses were removed from product instance \"dev\" in Virtual Account \"Lab\" and released back to the inventory for use by other product "
            + "instances. Licenses: 2 \"Gold\" perpetual."
        },
    };

    [Theory, MemberData(nameof(Texts))]
    public void An_event_reads_as_in_the_source(EventText text, string kind, string message) => Assert.Equal((kind, message), (text.Kind, text.Message));
}
