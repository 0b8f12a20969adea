using System.Globalization;
using Purser.BrowserTests.Support;
using Purser.Server.Commands;

namespace Purser.BrowserTests.Pages;

/// <summary>Every page of administration with many rows, the lists with three, and those with none, light on a wide screen and dark on a phone: accessible, nothing wider than the screen, pictured for people to look at.</summary>
public sealed class AdministrationLookTests(Browser browser, AdministrationHost host) : IClassFixture<AdministrationHost>
{
    private const string Many = "/accounts/cobalt-mining.example";
    private const string Few = "/accounts/slate-roofing.example";
    private const string None = "/accounts/ember-glass.example";

    private static readonly (bool Dark, int Width)[] Wide = [(false, 1360), (true, 390)];
    private static readonly (bool Dark, int Width)[] Desk = [(false, 1360)];
    private static readonly (bool Dark, int Width)[] Phone = [(true, 390)];

    public static TheoryData<string, string, string> Full => new()
    {
        { "people", "administrator", $"{Many}/people" },
        { "people-company", "administrator", $"{Many}/people?tab=company" },
        { "people-new", "administrator", $"{Many}/people/new" },
        { "people-import", "administrator", $"{Many}/people/import" },
        { "groups", "administrator", $"{Many}/groups" },
        { "group", "administrator", Many + "/groups/{group}" },
        { "access-requests", "administrator", $"{Many}/access-requests" },
        { "access-request", "administrator", Many + "/access-requests/{request}" },
        { "access-rules", "administrator", $"{Many}/access-requests/rules" },
        { "clients", "administrator", $"{Many}/clients" },
        { "webhooks", "administrator", $"{Many}/webhooks" },
        { "client-new", "administrator", $"{Many}/clients/new" },
        { "event-log", "administrator", $"{Many}/event-log" },
        { "properties", "administrator", $"{Many}/properties" },
        { "tags", "administrator", $"{Many}/tags" },
        { "virtual-accounts", "administrator", $"{Many}/virtual-accounts" },
        { "notifications", "administrator", "/notifications" },
        { "me", "administrator", "/me" },
        { "guest-accounts", "guest", "/accounts" },
        { "guest-directory", "guest", "/directory" },
        { "operator-accounts", "operator", "/operator/accounts" },
        { "operator-requests", "operator", "/operator/account-requests" },
        { "operator-mergers", "operator", "/operator/mergers" },
        { "operator-sources", "operator", "/operator/sign-in" },
        { "operator-source", "operator", "/operator/sign-in/{source}" },
        { "operator-source-new", "operator", "/operator/sign-in/new?kind=Directory" },
        { "operator-people", "operator", "/operator/people" },
        { "operator-staff", "operator", "/operator/staff" },
        { "operator-audit", "operator", "/operator/audit" },
        { "operator-mail", "operator", "/operator/mail" },
    };

    public static TheoryData<string, string, string> Three => new()
    {
        { "people", "roofer", $"{Few}/people" },
        { "groups", "roofer", $"{Few}/groups" },
        { "access-requests", "roofer", $"{Few}/access-requests" },
        { "clients", "roofer", $"{Few}/clients" },
    };

    public static TheoryData<string, string, string> Empty => new()
    {
        { "groups", "newcomer", $"{None}/groups" },
        { "external-groups", "newcomer", $"{None}/groups/external" },
        { "access-requests", "newcomer", $"{None}/access-requests" },
        { "access-rules", "newcomer", $"{None}/access-requests/rules" },
        { "clients", "newcomer", $"{None}/clients" },
        { "webhooks", "newcomer", $"{None}/webhooks" },
        { "people", "newcomer", $"{None}/people" },
        { "event-log", "newcomer", $"{None}/event-log" },
        { "tags", "newcomer", $"{None}/tags" },
        { "notifications", "newcomer", "/notifications" },
        { "people-not-found", "administrator", $"{Many}/people?q=nobody-is-called-so" },
        { "sign-in", "nobody", "/sign-in" },
    };

    [Theory]
    [MemberData(nameof(Full))]
    public Task Page_with_many_rows(string name, string who, string address) => LookAsync($"administration-{name}", who, address, Wide);

    [Theory]
    [MemberData(nameof(Three))]
    public Task Page_with_three_rows(string name, string who, string address) => LookAsync($"administration-{name}-three", who, address, Desk);

    [Theory]
    [MemberData(nameof(Empty))]
    public Task Page_with_none(string name, string who, string address) => LookAsync($"administration-{name}-none", who, address, Phone);

    private async Task LookAsync(string name, string who, string address, (bool Dark, int Width)[] ways)
    {
        await using var visit = who == "nobody" ? await browser.VisitAsync(host.Address) : await host.VisitAsync(browser, PersonOf(who));
        await visit.Page.GotoAsync(Fill(address));
        await visit.LookAsync(name, ways, fullPage: true);
        visit.AssertNoComplaints();
    }

    private Actor PersonOf(string who) => who switch
    {
        "administrator" => host.Administrator,
        "newcomer" => host.Newcomer,
        "roofer" => host.Roofer,
        "guest" => host.Guest,
        _ => host.Operator,
    };

    private string Fill(string address) => new[] { ("{group}", host.Group), ("{request}", host.Request), ("{source}", host.Source) }
        .Aggregate(address, (text, part) => text.Replace(part.Item1, part.Item2.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
