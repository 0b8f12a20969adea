using System.Net;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reports;

/// <summary>The pages: the form, its three buttons, and the form again where something was wrong.</summary>
[Trait("Feature", "RP-01")]
public sealed class ReportPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_form_runs_and_exports_and_keeps_what_was_chosen_when_refused()
    {
        await using var jo = await SignedInPerson.StartAsync(Engine.Sqlite);
        var root = $"/accounts/{jo.Account.Domain}/reports";
        var list = await ReadAsync(root);
        foreach (var name in new[] { "Licenses", "License Subscriptions", "Product Instances" })
        {
            Assert.Contains($">{name}</a>", list, StringComparison.Ordinal);
        }

        Assert.Contains("Accounts with ALL of these Tags", await ReadAsync($"{root}/licenses"), StringComparison.Ordinal);
        Assert.Contains("Product Type", await ReadAsync($"{root}/product-instances"), StringComparison.Ordinal);
        Assert.Contains("<h1>Mine</h1>", await ReadAsync($"{root}/licenses/run?name=Mine"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await jo.Browser.GetAsync($"{root}/licenses/report.xlsx?name=Mine")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await jo.Browser.GetAsync($"{root}/license-subscriptions/report.csv?name=Mine")).StatusCode);

        foreach (var file in new[] { "run", "report.xlsx", "report.csv" })
        {
            var refused = await ReadAsync($"{root}/licenses/{file}?name=Mine&description=All+of+it&places=selected", HttpStatusCode.UnprocessableEntity);
            Assert.Contains("Choose at least one virtual account.", refused, StringComparison.Ordinal);
            Assert.Contains("All of it", refused, StringComparison.Ordinal);
        }

        Assert.Contains("Give the report&#x27;s name.", await ReadAsync($"{root}/licenses/run", HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        await ReadAsync($"{root}/toasters", HttpStatusCode.NotFound);
        await ReadAsync($"{root}/toasters/run", HttpStatusCode.NotFound);

        async Task<string> ReadAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
        {
            var answer = await jo.Browser.GetAsync(path);
            var html = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True(answer.StatusCode == status, $"{path}: {answer.StatusCode}");
            return html;
        }
    }
}
