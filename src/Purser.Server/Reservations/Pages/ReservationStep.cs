namespace Purser.Server.Reservations.Pages;

/// <summary>The steps of "Smart License Reservation" and of "Update License Reservation" (help ch. 4, 6).</summary>
public enum ReservationStep
{
    RequestCode,
    AddToInventory,
    SelectLicenses,
    Review,
    AuthorizationCode,
}

internal static class ReservationSteps
{
    /// <summary>Four or five steps, three or four for an update; a universal reservation has nothing to select.</summary>
    /// <param name="canAdd">The product is entitled to licenses that may come into the inventory first.</param>
    public static IReadOnlyList<ReservationStep> Of(bool isUpdate, ReservationKind kind, bool canAdd) =>
    [
        .. isUpdate ? [] : new[] { ReservationStep.RequestCode },
        .. canAdd && kind == ReservationKind.Specific ? new[] { ReservationStep.AddToInventory } : [],
        .. kind == ReservationKind.Specific ? new[] { ReservationStep.SelectLicenses } : [],
        ReservationStep.Review,
        ReservationStep.AuthorizationCode,
    ];

    public static string Title(ReservationStep step) => step switch
    {
        ReservationStep.RequestCode => "Enter Request Code",
        ReservationStep.AddToInventory => "Add to Inventory",
        ReservationStep.SelectLicenses => "Select Licenses",
        ReservationStep.Review => "Review and Confirm",
        _ => "Authorization Code",
    };
}
