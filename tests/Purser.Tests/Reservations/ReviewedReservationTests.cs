using System.Net;
using System.Text.RegularExpressions;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Pages;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Reservations.ReservationWorld;

namespace Purser.Tests.Reservations;

/// <summary>What is generated is what was reviewed, however the stock changes in between.</summary>
public sealed partial class ReviewedReservationTests
{
    private static readonly DateOnly End = new(2027, 6, 30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_wizard_shows_the_review_anew_when_others_took_the_reviewed_terms(Engine engine)
    {
        await using var world = await StockedAsync(engine);
        var (place, license) = (await world.Stock.PlaceAsync("A"), await world.Stock.LicenseAsync());
        var browser = await FormBrowser.SignedInAsync(world.Installation, await world.Installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountUser));
        var address = $"/accounts/{world.Stock.Account.Domain}/inventory/{place}/reserve";
        var typed = new Dictionary<string, string> { [ReservationForm.RequestCodeField] = world.Device().Ask(), [ReservationForm.QuantityField(license)] = "3" };
        Task<HttpResponseMessage> PostAsync(ReservationStep step, string fingerprint) =>
            browser.PostAsync(address, address, new(typed) { ["step"] = step.ToString(), [ReservationFingerprint.Field] = fingerprint });

        var review = await PostAsync(ReservationStep.SelectLicenses, "");
        Assert.Equal(HttpStatusCode.OK, review.StatusCode);
        var reviewed = await FingerprintAsync(review);
        await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 2));
        var before = await world.RowAsync();
        foreach (var wrong in new[] { reviewed, "" })
        {
            var refused = await PostAsync(ReservationStep.Review, wrong);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            var page = await refused.Content.ReadAsStringAsync(Stop);
            Assert.Contains("changed since you reviewed them", page, StringComparison.Ordinal);
            Assert.Contains("30 Jun 2027", page, StringComparison.Ordinal);
            Assert.Contains("Generate Authorization Code", page, StringComparison.Ordinal);
            Assert.NotEqual(reviewed, await FingerprintAsync(refused));
            Assert.Equal(before, await world.RowAsync());
        }

        var again = await FingerprintAsync(await PostAsync(ReservationStep.Review, reviewed));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(ReservationStep.Review, again)).StatusCode);
        Assert.NotEqual(before, await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Reserve_update_and_rehost_keep_to_the_trial_of_which_they_name_the_fingerprint(Engine engine)
    {
        await using var world = await StockedAsync(engine);
        var place = await world.Stock.PlaceAsync("A");
        var device = world.Device();
        var input = new ReserveLicenses.Input(place, device.Ask()) { Licenses = [new ReservationWish("Advantage", 1)] };
        var reserve = world.Installation.Get<ReserveLicenses>();
        await KeepsToAsync(world, 2, (trial, fingerprint) =>
            reserve.HandleAsync(world.Command(ReserveLicenses.Name, input) with { DryRun = trial }, input with { Fingerprint = fingerprint }, Stop));

        await world.Stock.DepositAsync("A", 1);
        var made = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1));
        await world.Stock.DepositAsync("A", 1);
        var update = new UpdateReservation.Input(place, made.DeviceId, [new ReservationWish("Advantage", 2)]);
        var updated = await KeepsToAsync(world, 1, (trial, fingerprint) => world.Installation.Get<UpdateReservation>()
            .HandleAsync(world.Command(UpdateReservation.Name, update) with { DryRun = trial }, update with { Fingerprint = fingerprint }, Stop));
        Assert.Equal([1L, 1L], updated.Licenses[0].Terms.Select(term => term.Quantity));

        await world.Stock.DepositAsync("A", 2);
        var failed = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1));
        var rehost = new RehostReservation.Input(place, failed.DeviceId, world.Device().Ask(), null);
        await KeepsToAsync(world, 1, (trial, fingerprint) => world.Installation.Get<RehostReservation>()
            .HandleAsync(world.Command(RehostReservation.Name, rehost) with { DryRun = trial }, rehost with { Fingerprint = fingerprint }, Stop));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Programs_that_send_no_fingerprint_get_what_is_there(Engine engine)
    {
        await using var world = await StockedAsync(engine);
        var place = await world.Stock.PlaceAsync("A");
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account);
        var path = $"{world.Stock.Account.Api}/virtual-accounts/{place}/reservations";
        var code = world.Device().Ask();
        var licenses = new[] { new { license = "Advantage", quantity = 2 } };
        var trial = await http.PostJsonAsync(path + "?dryRun=true", new { requestCode = code, licenses });
        var fingerprint = trial.Json.GetProperty("fingerprint").GetString();
        await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1));
        var stale = await http.PostJsonAsync(path, new { requestCode = code, licenses, fingerprint });
        Assert.Equal((HttpStatusCode.Conflict, "stale"), (stale.Status, stale.Code));
        var made = await http.PostJsonAsync(path, new { requestCode = code, licenses });
        Assert.Equal(2, made.Json.GetProperty("licenses")[0].GetProperty("terms").GetArrayLength());
    }

    /// <summary>2 perpetual licenses and 8 that end.</summary>
    private static async Task<ReservationWorld> StockedAsync(Engine engine)
    {
        var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 2);
        await world.Stock.DepositAsync("A", 8, LicenseTerms.Term(new DateOnly(2026, 1, 1), End, DayZone.Utc));
        return world;
    }

    /// <summary>A trial; somebody else takes the perpetual licenses; what was reviewed is refused, and what is reviewed anew is made.</summary>
    private static async Task<ReservationView> KeepsToAsync(ReservationWorld world, long taken, Func<bool, string?, Task<Verdict<ReservationView>>> act)
    {
        var trial = Ok(await act(true, null));
        await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", taken));
        var before = await world.RowAsync();
        var refused = (await act(false, trial.Fingerprint)).Refusal;
        Assert.Equal((RefusalCode.Stale, ReservationFingerprint.Field), (refused?.Code, refused?.Field));
        Assert.Equal(before, await world.RowAsync());
        var made = Ok(await act(false, Ok(await act(true, null)).Fingerprint));
        Assert.Contains(made.Licenses[0].Terms, term => term.EndsOn == End);
        return made;
    }

    private static async Task<string> FingerprintAsync(HttpResponseMessage page) =>
        Fingerprint().Match(await page.Content.ReadAsStringAsync(Stop)).Groups["value"].Value;

    [GeneratedRegex("name=\"fingerprint\" value=\"(?<value>[0-9a-f]{32})\"", RegexOptions.NonBacktracking)]
    private static partial Regex Fingerprint();
}
