using Purser.Server.Http;
using Purser.Server.Web;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Marks what somebody may open who has yet to set up the second factor that the installation asks of her.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BeforeSecondFactorAttribute : Attribute;

/// <summary>Leads people who must set up a second factor there, before anything else. Programs' doors are judged when their tokens are issued.</summary>
public sealed class SecondFactorGate(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.ActorOrNull() is { MustEnrol: true } && !Doors.IsForPrograms(context.Request.Path) && IsBehind(context.GetEndpoint()))
        {
            await PageAnswer.Done(context, SecondFactorForms.Path).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private static bool IsBehind(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<RequiresAttribute>()?.Permission is not (null or Permission.Anonymous or Permission.DeviceDoor)
        && endpoint.Metadata.GetMetadata<BeforeSecondFactorAttribute>() is null;
}
