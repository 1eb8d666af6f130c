using Listmonk.Core.PublicPages.Captcha;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.PublicPages;

/// <summary>Registers what stands behind the pages that strangers see.</summary>
public static class PublicPagesRegistration
{
    public static IServiceCollection AddPublicPages(this IServiceCollection services)
    {
        services.AddSingleton<AltchaService>();
        services.AddHttpClient(HcaptchaVerifier.ClientName, client =>
        {
            client.BaseAddress = HcaptchaVerifier.Address;
            client.Timeout = HcaptchaVerifier.Patience;
            client.MaxResponseContentBufferSize = HcaptchaVerifier.MaxAnswerBytes;
        });
        services.AddSingleton<HcaptchaVerifier>();
        services.AddSingleton<CaptchaService>();
        return services;
    }
}
