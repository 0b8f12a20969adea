using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>
/// Walks all routes × all roles: whoever the one table allows gets past the guard, everybody else meets it. New routes are walked by themselves.
/// Requests are empty, so that what gets past the guard is turned down by the route itself, with anything but the guard's own words.
/// </summary>
[Trait("Feature", "SA-08")]
public sealed class RoleWalkTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Every_route_lets_in_whom_the_role_table_allows_and_nobody_else(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync("walk.example");
        var other = await installation.People.AccountAsync("other.example");
        var walkers = Walkers(account, other).ToList();
        var wrong = new List<string>();
        var routes = Routes(installation).ToList();
        Assert.True(routes.Count > 40, "The walk found hardly any routes");
        foreach (var (route, method, permission) in routes)
        {
            foreach (var (name, actor) in walkers)
            {
                var expected = Expected(actor, permission, route, account);
                var met = await KnockAsync(installation, actor, method, PathOf(route, account), TakesForm(route));

                // The published form of a refusal is a bare status, which a route's own refusal can be as well: here only that nobody gets in who may not.
                // Everywhere else a refusal has words, whether it is the guard's or the route's own.
                var isRight = route.Metadata.GetMetadata<RefusalForm>() is null ? met == expected : expected == Door.Open || met is Door.SignInFirst or Door.TurnedAway;
                if (!isRight)
                {
                    wrong.Add($"{method} {route.RoutePattern.RawText} ({permission}) as {name}: expected {expected}, met {met}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<(RouteEndpoint Route, string Method, Permission Permission)> Routes(TestInstallation installation) =>
        from endpoint in installation.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let permission = endpoint.Metadata.GetMetadata<RequiresAttribute>()!.Permission
        where permission is not (Permission.Anonymous or Permission.DeviceDoor or Permission.ProvisioningDoor)
        let methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        from method in methods
        select (endpoint, method, permission);

    /// <summary>Everybody: nobody at all, each role in the whole account or its virtual account, the same in another account, staff, a program that may only read.</summary>
    private static IEnumerable<(string Name, Actor? Actor)> Walkers(TestAccount account, TestAccount other)
    {
        yield return ("nobody", null);
        foreach (var role in Enum.GetValues<Role>())
        {
            yield return (role.ToString(), PersonIn(account, role));
        }

        yield return ("administrator of another account", PersonIn(other, Role.SmartAccountAdministrator));
        yield return ("somebody without any role", new Actor(ActorKind.Person, 9, "Nobody"));
        foreach (var role in Enum.GetValues<OperatorRole>())
        {
            yield return (role.ToString(), TestActors.Staff(role));
        }

        yield return ("a program that may read", PersonIn(account, Role.SmartAccountAdministrator) with
        {
            Kind = ActorKind.Client,
            Scopes = new HashSet<ApiScope> { ApiScope.Read },
        });
    }

    private static Actor PersonIn(TestAccount account, Role role) => new(ActorKind.Person, 7, role.ToString())
    {
        Grants = [new Grant(account.Id, role, role.IsVirtualAccountRole() ? new HashSet<long> { account.DefaultVirtualAccountId } : null)],
    };

    /// <summary>What the table says, independently of the guard's own reasoning: the union of the roles, cut by the scopes.</summary>
    private static Door Expected(Actor? actor, Permission permission, RouteEndpoint route, TestAccount account)
    {
        if (actor is null)
        {
            return Door.SignInFirst;
        }

        bool May(Permission wanted) =>
            (actor.Scopes is null || actor.Scopes.Contains(RoleTable.ScopeOf(wanted)))
            && (actor.OperatorRoles.Any(role => RoleTable.Allows(role, wanted))
                || (NamesAccount(route) && actor.Grants.Any(grant => grant.AccountId == account.Id && RoleTable.Allows(grant.Role, wanted))));

        if (NamesAccount(route))
        {
            return !May(Permission.AccountView) ? Door.NotThere : May(permission) ? Door.Open : Door.NotAllowed;
        }

        return (RoleTable.AnySignedIn(permission) && (actor.Scopes?.Contains(RoleTable.ScopeOf(permission)) ?? true)) || May(permission) ? Door.Open : Door.NotAllowed;
    }

    private static bool NamesAccount(RouteEndpoint route) => route.RoutePattern.GetParameter("account") is not null;

    private static string PathOf(RouteEndpoint route, TestAccount account)
    {
        var path = new StringBuilder();
        foreach (var segment in route.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "account" } => account.Domain,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "virtualAccount" } =>
                        account.DefaultVirtualAccountId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "place" } => "DEFAULT",
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "type" } => "customer",
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart => "7",
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                    _ => "",
                });
            }
        }

        return path.ToString();
    }

    private static bool TakesForm(RouteEndpoint route) =>
        route.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>()?.ContentTypes.Contains("application/x-www-form-urlencoded") == true;

    private static async Task<Door> KnockAsync(TestInstallation installation, Actor? actor, string method, string path, bool takesForm)
    {
        using var client = installation.NewClient();
        using var http = actor is null ? client : TestActors.As(client, actor);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (method is not ("GET" or "HEAD"))
        {
            // Another content type would be turned away before the guard: no route takes it.
            request.Content = takesForm ? new FormUrlEncodedContent([]) : new StringContent("{", Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request, Stop);
        var body = await response.Content.ReadAsStringAsync(Stop);
        return response.StatusCode switch
        {
            HttpStatusCode.InternalServerError => Door.Broken,
            HttpStatusCode.Unauthorized => Door.SignInFirst,
            HttpStatusCode.Forbidden when body.Contains("This needs the permission", StringComparison.Ordinal) => Door.NotAllowed,
            HttpStatusCode.NotFound when body.Contains("that you can see", StringComparison.Ordinal) && body.Contains("Smart Account '", StringComparison.Ordinal) => Door.NotThere,
            HttpStatusCode.Forbidden or HttpStatusCode.NotFound when body.Length == 0 => Door.TurnedAway,
            _ => Door.Open,
        };
    }

    private enum Door
    {
        Open,
        SignInFirst,

        /// <summary>A fault behind it: never what is expected.</summary>
        Broken,
        NotAllowed,
        NotThere,

        /// <summary>Refused with a bare status, as the published API does.</summary>
        TurnedAway,
    }
}
